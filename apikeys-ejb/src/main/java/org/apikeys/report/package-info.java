/**
 * What people want to read from time to time: reports, forecasts, and the evidence for controls.
 */
@NullMarked
package org.apikeys.report;

import org.jspecify.annotations.NullMarked;
