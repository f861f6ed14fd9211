package org.apikeys.start;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.annotation.sql.DataSourceDefinition;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.inject.Inject;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apikeys.crypto.KeyMaterial;
import org.apikeys.setting.Settings;
import org.apikeys.store.Migrations;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.internal.exception.FlywaySqlException;
import org.jspecify.annotations.Nullable;

/**
 * Begins the system's work once its store is there. A store that is out of reach is tried again
 * every two seconds, and readiness says so; a store that is there but wrong, or a wrong setting,
 * stops the start with the reason.
 *
 * <p>The pool: as many connections as the container's request threads can use at once on two to
 * four cores; one is checked before use, so that a store that was away is found again without a
 * restart.
 */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
@DataSourceDefinition(
    name = "java:app/jdbc/apikeys",
    className = "org.apikeys.store.StoreDataSource",
    minPoolSize = 2,
    maxPoolSize = 32,
    transactional = true,
    properties = {
      "fish.payara.is-connection-validation-required=true",
      "fish.payara.connection-validation-method=custom-validation",
      "fish.payara.validation-classname="
          + "org.glassfish.api.jdbc.validation.JDBC41ConnectionValidation",
      "fish.payara.validate-atmost-once-period-in-seconds=2",
      "fish.payara.max-wait-time-in-millis=5000"
    })
public class Starter {
  private static final System.Logger LOG = System.getLogger(Starter.class.getName());
  private static final long RETRY_SECONDS = 2;

  @Resource ManagedScheduledExecutorService executor;
  private final Settings settings;
  private final KeyMaterial keys;
  private final Work work;
  private @Nullable ScheduledFuture<?> retry;
  private volatile boolean started;

  @Inject
  public Starter(Settings settings, KeyMaterial keys, Work work) {
    this.settings = settings;
    this.keys = keys;
    this.work = work;
  }

  @SuppressWarnings("NullAway")
  protected Starter() {
    settings = null;
    keys = null;
    work = null;
  }

  @PostConstruct
  void start() {
    keys.pepper();
    if (!tryStart()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The store is out of reach; trying again until it is there.");
      retry =
          executor.scheduleWithFixedDelay(
              this::retry, RETRY_SECONDS, RETRY_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void retry() {
    try {
      if (tryStart() && retry != null) {
        retry.cancel(false);
      }
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "The start failed: {0}", e.getMessage());
    }
  }

  private boolean tryStart() {
    try {
      Migrations.run(settings);
    } catch (FlywaySqlException e) {
      if (isOutOfReach(e)) {
        return false;
      }
      throw e;
    }
    work.begin(executor);
    started = true;
    return true;
  }

  private static boolean isOutOfReach(FlywayException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof java.sql.SQLException sql
          && sql.getSQLState() != null
          && (sql.getSQLState().startsWith("08") || sql.getSQLState().startsWith("57P"))) {
        return true;
      }
    }
    return false;
  }

  /** Whether the system has begun its work. */
  public boolean isStarted() {
    return started;
  }

  @PreDestroy
  void stop() {
    if (retry != null) {
      retry.cancel(false);
    }
    if (started) {
      work.end();
    }
    Migrations.close(settings);
  }
}
