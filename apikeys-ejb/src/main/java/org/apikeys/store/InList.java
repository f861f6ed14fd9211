package org.apikeys.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/**
 * Numbers for {@code IN}, so many at a time; the last of them stands for those that are missing, so
 * that a statement always has the same text. The embedded store makes a class of each new text.
 */
public record InList(List<Long> numbers) {
  private static final int SIZE = 200;

  /** What stands between the parentheses. */
  public static final String PLACES = String.join(", ", Collections.nCopies(SIZE, "?"));

  /** All numbers, in as many lists as it takes. */
  public static List<InList> of(Collection<Long> numbers) {
    return Pieces.of(List.copyOf(numbers), SIZE).stream().map(InList::new).toList();
  }

  /**
   * Sets the parameters.
   *
   * @param first the number of the first of them
   */
  public void bind(PreparedStatement statement, int first) throws SQLException {
    for (int i = 0; i < SIZE; i++) {
      statement.setLong(first + i, numbers.get(Math.min(i, numbers.size() - 1)));
    }
  }
}
