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
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.inject.Inject;
import org.apikeys.setting.RefusedStart;
import org.apikeys.setting.Settings;
import org.apikeys.store.Migrations;

/**
 * Begins the system's work, and ends it cleanly.
 *
 * <p>The pool: as many connections as the container's request threads can use at once on two to
 * four cores, waited for at most five seconds. One that was not used for two seconds is checked
 * before use, so that a store that was away is found again without a restart.
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
      "fish.payara.connection-validation-method=table",
      "fish.payara.validation-table-name=audit_head",
      "fish.payara.validate-atmost-once-period-in-seconds=2",
      "fish.payara.max-wait-time-in-millis=5000"
    })
public class Starter {
  @Resource ManagedScheduledExecutorService executor;
  @Resource ManagedThreadFactory threads;
  private final Settings settings;
  private final Work work;

  /**
   * A server that is asked to stop does not always undeploy its applications first: what is in
   * memory is written as soon as the process is asked, by a signal or otherwise.
   */
  private final Thread lastWrite = new Thread(this::end, "apikeys-last-write");

  private final StopSignal stopSignal = new StopSignal(this::drainAndEnd);

  @Inject
  public Starter(Settings settings, Work work) {
    this.settings = settings;
    this.work = work;
  }

  @SuppressWarnings("NullAway")
  public Starter() {
    settings = null;
    work = null;
  }

  @PostConstruct
  void start() {
    RefusedStart.telling(() -> work.begin(executor, threads));
    lastWrite.setContextClassLoader(Thread.currentThread().getContextClassLoader());
    Runtime.getRuntime().addShutdownHook(lastWrite);
    stopSignal.listen();
  }

  @PreDestroy
  void stop() {
    end();
    stopSignal.ignore();
    try {
      Runtime.getRuntime().removeShutdownHook(lastWrite);
    } catch (IllegalStateException e) {
      // the process is stopping, and the hook has run or runs
    }
    Migrations.close(settings);
  }

  /** Calls go elsewhere first: what stops the server closes its connections. */
  private void drainAndEnd() {
    work.drain();
    end();
  }

  /** Asked for by the container and by the process, one after the other. */
  private synchronized void end() {
    work.end();
  }
}
