/** What deciding about a call costs, without a server around it. */
package org.apikeys.bench.decision;
