/** Alerts, rules and reports of leaks by HTTP. */
@NullMarked
package org.apikeys.web.alert;

import org.jspecify.annotations.NullMarked;
