/** What nodes tell each other: the feed of changes in the database, read four times a second. */
@NullMarked
package org.apikeys.cluster;

import org.jspecify.annotations.NullMarked;
