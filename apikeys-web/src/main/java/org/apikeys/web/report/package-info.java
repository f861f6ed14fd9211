/** Reports in the form that is asked for. */
@NullMarked
package org.apikeys.web.report;

import org.jspecify.annotations.NullMarked;
