import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How long the first page of a list takes among many keys and many requests, on an empty PostgreSQL that may be filled:
 * java -cp postgresql.jar Lists.java URL USER PASSWORD MIGRATIONS KEYS REQUESTS [explain]. The statements are those that
 * the JPQL of ApiKeys and Requests comes to: a page of fifty, and the count of all beside it.
 */
class Lists {
  private static final int ROUNDS = 7;
  private static final String NOW = "1790000000000";
  private static final String WORDS =
      "CREATE EXTENSION IF NOT EXISTS pg_trgm;"
          + " CREATE INDEX api_key_words ON api_key USING gin (name_key gin_trgm_ops, key_prefix gin_trgm_ops)";
  private static final String UNREVOKED =
      "k.archived_at IS NULL AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > " + NOW + ")";

  public static void main(String[] arguments) throws Exception {
    try (Connection store = DriverManager.getConnection(arguments[0], arguments[1], arguments[2]);
        Statement statement = store.createStatement()) {
      if (!store.getMetaData().getTables(null, null, "api_key", null).next()) {
        migrate(statement, Path.of(arguments[3]));
        fill(statement, Long.parseLong(arguments[4]), Long.parseLong(arguments[5]));
      }
      boolean explain = arguments.length > 6;
      System.out.printf("%-34s %10s %10s%n", "", "page ms", "count ms");
      for (Map.Entry<String, String[]> list : keyLists().entrySet()) {
        String from = " FROM api_key k, api_key_count c WHERE c.api_key_id = k.id AND " + list.getValue()[0];
        String counts = list.getValue()[1].startsWith("c.") ? " AND c.organization_id = 1" : "";
        String page = "SELECT k.*, c.*" + from + counts + " ORDER BY " + list.getValue()[1] + " LIMIT 50";
        String count = "SELECT COUNT(k.id) FROM api_key k WHERE " + list.getValue()[0];
        show(statement, list.getKey(), page, count, explain);
      }
      for (Map.Entry<String, String> list : requestLists().entrySet()) {
        String from = " FROM key_request r WHERE " + list.getValue();
        show(
            statement,
            list.getKey(),
            "SELECT r.*" + from + " ORDER BY r.created_at DESC, r.id DESC LIMIT 50",
            "SELECT COUNT(r.id)" + from,
            explain);
      }
    }
  }

  private static Map<String, String[]> keyLists() {
    String all = "k.organization_id = 1";
    Map<String, String[]> lists = new LinkedHashMap<>();
    lists.put("keys by id", new String[] {all, "k.id, k.id"});
    lists.put("keys by name", new String[] {all, "k.name_key, k.id"});
    lists.put("keys by name, descending", new String[] {all, "k.name_key DESC, k.id DESC"});
    lists.put("keys by creation", new String[] {all, "k.created_at, k.id"});
    lists.put("keys by last use", new String[] {all, "c.last_used_at DESC, c.api_key_id DESC"});
    lists.put("keys by usage", new String[] {all, "c.allowed DESC, c.api_key_id DESC"});
    lists.put(
        "active keys by last use",
        new String[] {all + " AND " + UNREVOKED + " AND k.is_active", "c.last_used_at DESC, c.api_key_id DESC"});
    lists.put(
        "keys of an owner by usage",
        new String[] {all + " AND k.owner = 'person 7'", "c.allowed DESC, c.api_key_id DESC"});
    lists.put("active keys", new String[] {all + " AND " + UNREVOKED + " AND k.is_active", "k.id, k.id"});
    lists.put("revoked keys", new String[] {all + " AND k.archived_at IS NULL AND k.revoked_at IS NOT NULL", "k.id, k.id"});
    lists.put("keys of an owner", new String[] {all + " AND k.owner = 'person 7'", "k.id, k.id"});
    lists.put("keys of an environment", new String[] {all + " AND k.environment = 'staging'", "k.id, k.id"});
    lists.put("keys of a type", new String[] {all + " AND k.type = 'partner'", "k.id, k.id"});
    lists.put(
        "keys with a scope",
        new String[] {
          all + " AND EXISTS (SELECT 1 FROM api_key_term t WHERE t.api_key_id = k.id AND t.kind = 'scope' AND t.term ="
              + " 'agents:7')",
          "k.id, k.id"
        });
    for (String words : List.of("key 123456", "no such words", "key", "99")) {
      lists.put(
          "keys with '" + words + "'",
          new String[] {
            all + " AND (k.name_key LIKE '%" + words + "%' ESCAPE '!' OR k.key_prefix LIKE '" + words + "%' ESCAPE '!')",
            "k.id, k.id"
          });
    }
    return lists;
  }

  private static Map<String, String> requestLists() {
    Map<String, String> lists = new LinkedHashMap<>();
    lists.put("requests", "r.organization_id = 1");
    lists.put("requests that wait", "r.organization_id = 1 AND r.status = 'pending'");
    lists.put("requests of a person", "r.organization_id = 1 AND r.requester_key = 'person 7'");
    lists.put("requests of a kind", "r.organization_id = 1 AND r.kind = 'change'");
    return lists;
  }

  private static void migrate(Statement statement, Path folder) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> scripts =
          files
              .sorted(
                  Comparator.comparingInt(
                      file -> Integer.parseInt(file.getFileName().toString().replaceAll("V([0-9]+)__.*", "$1"))))
              .toList();
      for (Path script : scripts) {
        statement.execute(Files.readString(script).replace("${text}", "TEXT").replace("${bytes}", "BYTEA").replace("${words}", WORDS));
      }
    }
  }

  private static void fill(Statement statement, long keys, long requests) throws SQLException {
    System.out.println("filling in " + keys + " keys and " + requests + " requests");
    statement.execute("INSERT INTO organization VALUES (1, 'Default', 'default', TRUE, 0, 0, 1)");
    statement.execute(
        "INSERT INTO api_key (id, organization_id, name, name_key, type, environment, owner, expires_at, configuration,"
            + " key_prefix, is_active, revoked_at, generation, created_by, created_at, updated_at, version)"
            + " SELECT i, 1, 'Key ' || i, 'key ' || i, CASE WHEN i % 50 = 0 THEN 'partner' ELSE 'standard' END,"
            + " (ARRAY['production','staging','development'])[1 + i % 3], 'person ' || i % 1000,"
            + " CASE WHEN i % 10 = 0 THEN 1780000000000 ELSE NULL END, repeat('x', 400), 'sk_live_' || md5(i::text),"
            + " i % 20 > 0, CASE WHEN i % 25 = 1 THEN 1780000000000 ELSE NULL END, 1, 'admin', 1770000000000 + i,"
            + " 1770000000000 + i, 1 FROM generate_series(1, "
            + keys
            + ") i");
    statement.execute(
        "INSERT INTO api_key_count SELECT id, 1, id * 7919 % 100003, 0, CASE WHEN id % 4 = 0 THEN 1780000000000 + id ELSE"
            + " 0 END FROM api_key");
    statement.execute("INSERT INTO api_key_term SELECT id, 'scope', 'agents:' || id % 500 FROM api_key");
    statement.execute(
        "INSERT INTO key_request (id, organization_id, kind, status, subject, requested_by, requester_key,"
            + " requester_scopes, configuration, was_active, wanted_active, widened, ruling, risk_score, risk_reasons,"
            + " approvals, comments, overrides, approved_by, awaiting_roles, awaiting_people, digest, expires_at,"
            + " created_at, updated_at, version) SELECT i, 1, CASE WHEN i % 5 = 0 THEN 'change' ELSE 'create' END,"
            + " (ARRAY['approved','rejected','expired','pending'])[1 + i % 4], 'Key ' || i, 'person', 'person ' || i % 1000,"
            + " '', repeat('x', 400), TRUE, TRUE, '', '{}', 1, '[]', '[]', '[]', '[]', '', 'manager', '', 'd',"
            + " 1795000000000, 1770000000000 + i, 1770000000000 + i, 1 FROM generate_series(1, "
            + requests
            + ") i");
    statement.execute("VACUUM ANALYZE");
  }

  private static void show(Statement statement, String name, String page, String count, boolean explain)
      throws SQLException {
    System.out.printf("%-34s %10.1f %10.1f%n", name, median(statement, page), median(statement, count));
    if (explain) {
      for (String query : List.of(page, count)) {
        try (ResultSet plan = statement.executeQuery("EXPLAIN (ANALYZE, COSTS OFF, SUMMARY OFF) " + query)) {
          while (plan.next()) {
            System.out.println("    " + plan.getString(1));
          }
        }
      }
    }
  }

  private static double median(Statement statement, String query) throws SQLException {
    double[] millis = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      long began = System.nanoTime();
      try (ResultSet rows = statement.executeQuery(query)) {
        while (rows.next()) {
          rows.getObject(1);
        }
      }
      millis[i] = (System.nanoTime() - began) / 1e6;
    }
    Arrays.sort(millis);
    return millis[ROUNDS / 2];
  }
}
