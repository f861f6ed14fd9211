import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.CRC32;

/**
 * Copies one issued key, which rests as plain SHA-256, under many secrets, faster than keys are issued, and writes the
 * secrets, one a line: java -cp postgresql.jar Copies.java URL USER KEY COUNT FILE.
 */
class Copies {
  private static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int AT_ONCE = 10_000;
  private static final String KEY_COLUMNS =
      "organization_id, name, name_key, type, environment, owner, configuration, key_prefix, is_active, generation,"
          + " created_by, created_at, updated_at, version";

  public static void main(String[] arguments) throws Exception {
    String url = arguments[0] + "?reWriteBatchedInserts=true";
    int count = Integer.parseInt(arguments[3]);
    try (Connection store = DriverManager.getConnection(url, arguments[1], "")) {
      store.setAutoCommit(false);
      long template = keyOf(store, arguments[2]);
      copyKeys(store, template, count);
      copySecrets(store, template, count, Path.of(arguments[4]));
      store.commit();
      store.setAutoCommit(true);
      try (Statement statement = store.createStatement()) {
        statement.execute("ANALYZE");
      }
    }
  }

  private static long keyOf(Connection store, String presented) throws SQLException, GeneralSecurityException {
    try (PreparedStatement look = store.prepareStatement("SELECT api_key_id FROM key_secret WHERE digest = ?")) {
      look.setString(1, sha256(presented));
      try (ResultSet row = look.executeQuery()) {
        if (!row.next()) {
          throw new IllegalStateException("the key does not rest as plain SHA-256: apikeys.hash=sha256");
        }
        return row.getLong(1);
      }
    }
  }

  private static void copyKeys(Connection store, long template, int count) throws SQLException {
    String series = " FROM api_key k, generate_series(1, " + count + ") n WHERE k.id = " + template;
    String columns = "k." + KEY_COLUMNS.replace(", ", ", k.");
    try (Statement statement = store.createStatement()) {
      statement.execute(
          "INSERT INTO api_key (id, " + KEY_COLUMNS + ") SELECT k.id + n.n, " + columns + series);
      statement.execute(
          "INSERT INTO api_key_count (api_key_id, organization_id, allowed, denied) SELECT k.id + n.n,"
              + " k.organization_id, 0, 0" + series);
    }
  }

  private static void copySecrets(Connection store, long template, int count, Path file)
      throws SQLException, IOException, GeneralSecurityException {
    Random random = new Random(1);
    try (PrintWriter written = new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.US_ASCII));
        PreparedStatement insert =
            store.prepareStatement(
                "INSERT INTO key_secret (api_key_id, generation, digest, key_prefix, created_at, request_count)"
                    + " VALUES (?, 1, ?, ?, ?, 0)")) {
      for (int i = 1; i <= count; i++) {
        String secret = secret(random);
        written.println(secret);
        insert.setLong(1, template + i);
        insert.setString(2, sha256(secret));
        insert.setString(3, secret.substring(0, 16));
        insert.setLong(4, System.currentTimeMillis());
        insert.addBatch();
        if (i % AT_ONCE == 0 || i == count) {
          insert.executeBatch();
        }
      }
    }
  }

  private static String secret(Random random) {
    StringBuilder text = new StringBuilder("sk_live_");
    random.ints(8, 0, 62).forEach(digit -> text.append(BASE62.charAt(digit)));
    text.append('_');
    random.ints(26, 0, 62).forEach(digit -> text.append(BASE62.charAt(digit)));
    CRC32 sum = new CRC32();
    sum.update(text.toString().getBytes(StandardCharsets.US_ASCII));
    StringBuilder digits = new StringBuilder();
    for (long rest = sum.getValue(); rest > 0; rest /= 62) {
      digits.insert(0, BASE62.charAt((int) (rest % 62)));
    }
    return text + "0".repeat(6 - digits.length()) + digits;
  }

  private static String sha256(String secret) throws GeneralSecurityException {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.US_ASCII));
    return HexFormat.of().formatHex(digest);
  }
}
