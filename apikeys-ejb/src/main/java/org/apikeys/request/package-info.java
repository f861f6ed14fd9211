/**
 * Requests for keys: the policies that say who must agree, the decisions of approvers, and the
 * claim by which the requester alone gets the key.
 */
@NullMarked
package org.apikeys.request;

import org.jspecify.annotations.NullMarked;
