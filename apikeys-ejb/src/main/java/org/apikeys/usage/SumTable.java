package org.apikeys.usage;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.apikeys.store.StoredRows;

/**
 * Reads {@code usage_rollup}, its rows named {@code r}. What a key is called and where it works is
 * asked of its row by the store itself.
 */
@ApplicationScoped
class SumTable {
  @PersistenceContext EntityManager store;

  /** The table, with what groups are told apart by. */
  static String from(GroupBy groupBy) {
    return " FROM usage_rollup r"
        + (groupBy == GroupBy.ENVIRONMENT ? " JOIN api_key k ON k.id = r.subject" : "");
  }

  /** What groups are told apart by; numbers come with blanks around them. */
  static String group(GroupBy groupBy) {
    return switch (groupBy) {
      case NONE -> "''";
      case KEY -> "CAST(r.subject AS CHAR(20))";
      case ORGANIZATION -> "CAST(r.organization_id AS CHAR(20))";
      case ENVIRONMENT -> "k.environment";
      case ENDPOINT, STATUS, COUNTRY, CODE -> "r.item";
    };
  }

  void read(String sql, List<Object> values, StoredRows.Taker each) {
    try {
      StoredRows.read(store.unwrap(Connection.class), sql, values, each);
    } catch (SQLException e) {
      throw new IllegalStateException("usage can't be read", e);
    }
  }
}
