/** Tests inside the container: what EJBs refuse when nobody came through the REST API. */
@NullMarked
package org.apikeys.web.container;

import org.jspecify.annotations.NullMarked;
