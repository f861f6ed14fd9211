/** Alerts, the rules that raise them, and reports of leaked keys. */
@NullMarked
package org.apikeys.web.alert;

import org.jspecify.annotations.NullMarked;
