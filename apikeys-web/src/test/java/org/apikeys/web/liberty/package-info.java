/** The WAR on Open Liberty. */
@NullMarked
package org.apikeys.web.liberty;

import org.jspecify.annotations.NullMarked;
