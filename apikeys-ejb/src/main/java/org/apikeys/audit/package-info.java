/**
 * The record of every change: written with the change in one transaction, numbered without gaps.
 */
@NullMarked
package org.apikeys.audit;

import org.jspecify.annotations.NullMarked;
