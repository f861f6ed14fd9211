package org.apikeys.web.history;

/**
 * Something that a client did, and what it saw of it.
 *
 * @param input what was asked for, and what came of it
 * @param call when it began to be able to take effect; by the stopwatch
 * @param end when it had taken effect, if ever
 * @param certain false when no answer came: it may have happened or not
 */
record Operation<O>(O input, long call, long end, boolean certain) {
  Operation {
    if (end < call) {
      throw new IllegalArgumentException("ends before it begins");
    }
  }
}
