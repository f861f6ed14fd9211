package org.apikeys.store;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.apikeys.setting.RefusedStart;
import org.apikeys.setting.Settings;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Opens connections to the store that the settings name: embedded Derby, or PostgreSQL. The
 * container's pool is defined over this class, so that one setting moves everything.
 */
public class StoreDataSource implements DataSource {
  /** A server that does not answer a connection attempt within this is out of reach. */
  private static final int CONNECT_SECONDS = 2;

  /** No statement of ours runs longer; a hung server must not hold a request. */
  static final int SOCKET_SECONDS = 15;

  /** Something small is answered within this, or not at all. */
  private static final int PROBE_SECONDS = 1;

  /** Over all connections of the container's pool; none at first. */
  private static volatile @Nullable StoreWatch watch;

  /** A change of the schema may make an index over millions of rows. */
  private static final int MIGRATION_SECONDS = 3600;

  private final DataSource target;
  private final boolean isTheContainers;

  /** For the container's pool: its first connection opens the store. */
  public StoreDataSource() {
    this(requireFolder(Settings.current()), true, SOCKET_SECONDS);
  }

  private static Settings requireFolder(Settings settings) {
    if (settings.databaseUrl().isEmpty()) {
      RefusedStart.telling(() -> EmbeddedStore.requireFolder(settings));
    }
    return settings;
  }

  /** For work on the store itself. */
  public StoreDataSource(Settings settings) {
    this(settings, false, SOCKET_SECONDS);
  }

  private StoreDataSource(Settings settings, boolean isTheContainers, int statementSeconds) {
    this.isTheContainers = isTheContainers;
    target =
        settings
            .databaseUrl()
            .<DataSource>map(url -> postgres(url, settings, statementSeconds))
            .orElseGet(() -> EmbeddedStore.of(settings));
  }

  /** For changes of the schema, which may take long. */
  static StoreDataSource forMigrations(Settings settings) {
    return new StoreDataSource(settings, false, MIGRATION_SECONDS);
  }

  private static PGSimpleDataSource postgres(String url, Settings settings, int statementSeconds) {
    PGSimpleDataSource postgres = new PGSimpleDataSource();
    postgres.setConnectTimeout(CONNECT_SECONDS);
    postgres.setLoginTimeout(CONNECT_SECONDS);
    postgres.setSocketTimeout(statementSeconds);
    postgres.setTcpKeepAlive(true);
    postgres.setReWriteBatchedInserts(true);
    postgres.setApplicationName("apikeys");
    // the detail of an error holds values of the row, which may be personal
    postgres.setLogServerErrorDetail(false);
    postgres.setUrl(url);
    settings.databaseUser().ifPresent(postgres::setUser);
    settings.databasePassword().ifPresent(postgres::setPassword);
    return postgres;
  }

  /** Whether the store is the embedded one, which this process has to close. */
  boolean isEmbedded() {
    return target instanceof EmbeddedStore;
  }

  @Override
  public Connection getConnection() throws SQLException {
    if (!isTheContainers) {
      return target.getConnection();
    }
    Settings settings = Settings.current();
    StoreOpening.once(settings);
    return watch(settings).connect(target::getConnection);
  }

  private static synchronized StoreWatch watch(Settings settings) {
    StoreWatch known = watch;
    if (known == null) {
      known = new StoreWatch(probe(settings));
      // nothing begins by another clock than the store's
      known.look();
      known.begin();
      watch = known;
    }
    return known;
  }

  private static StoreProbe probe(Settings settings) {
    return settings
        .databaseUrl()
        .map(url -> StoreProbe.postgres(postgres(url, settings, PROBE_SECONDS)))
        .orElseGet(() -> StoreProbe.embedded(EmbeddedStore.of(settings)));
  }

  /** Whether the store is known not to answer. */
  static boolean isAway() {
    StoreWatch known = watch;
    return known != null && known.isAway();
  }

  /** At the end of the application. */
  static synchronized void stopWatching() {
    StoreWatch known = watch;
    watch = null;
    if (known != null) {
      known.end();
    }
    StoreClock.forget();
  }

  @Override
  public Connection getConnection(@Nullable String user, @Nullable String password)
      throws SQLException {
    return getConnection();
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) {
    // the drivers log through java.util.logging
  }

  @Override
  public void setLoginTimeout(int seconds) {
    // fixed above
  }

  @Override
  public int getLoginTimeout() {
    return CONNECT_SECONDS;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return target.getParentLogger();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return target.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return target.isWrapperFor(type);
  }
}
