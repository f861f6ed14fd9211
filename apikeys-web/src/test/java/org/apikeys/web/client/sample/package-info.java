/** An application of somebody else that is protected by the Java client. */
@NullMarked
package org.apikeys.web.client.sample;

import org.jspecify.annotations.NullMarked;
