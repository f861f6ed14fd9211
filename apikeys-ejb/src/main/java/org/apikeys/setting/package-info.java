/**
 * What an operator may set: read once at the start, checked, and refused with the name of the wrong
 * one.
 */
@NullMarked
package org.apikeys.setting;

import org.jspecify.annotations.NullMarked;
