package org.apikeys.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Numbers in a statement of one text, found by a real store. */
class InListTest {
  private final TestStore store = TestStore.derby().emptied();

  /** Each number once, for each of the lists that has it. */
  private List<Long> found(List<Long> asked) {
    return store.inTransaction(() -> select(asked));
  }

  private List<Long> select(List<Long> asked) {
    List<Long> found = new ArrayList<>();
    try (PreparedStatement select =
        store
            .manager()
            .unwrap(Connection.class)
            .prepareStatement(
                "SELECT api_key_id FROM key_use WHERE kind = ? AND api_key_id IN ("
                    + InList.PLACES
                    + ") ORDER BY api_key_id")) {
      select.setString(1, "scope");
      for (InList some : InList.of(asked)) {
        some.bind(select, 2);
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            found.add(row.getLong(1));
          }
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return found;
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  @Test
  void findsEachOfThem() {
    upTo(500)
        .forEach(
            id ->
                store.execute(
                    "INSERT INTO key_use (api_key_id, kind, item, last_used_at) VALUES ("
                        + id
                        + ", 'scope', 'a', 1)"));
    assertThat(found(List.of())).isEmpty();
    assertThat(found(List.of(7L))).containsExactly(7L);
    assertThat(found(List.of(999L))).isEmpty();
    assertThat(found(upTo(200))).isEqualTo(upTo(200));
    assertThat(found(upTo(201))).isEqualTo(upTo(201));
    assertThat(found(upTo(600))).isEqualTo(upTo(500));
  }
}
