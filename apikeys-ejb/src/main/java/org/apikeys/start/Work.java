package org.apikeys.start;

import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apikeys.cluster.ChangeReader;
import org.apikeys.cluster.Cluster;
import org.apikeys.demo.Demo;
import org.apikeys.plugin.Plugins;
import org.apikeys.setting.Settings;
import org.apikeys.store.FirstNumbers;
import org.apikeys.store.Leases;
import org.apikeys.store.PeriodicJob;
import org.apikeys.store.Upkeep;
import org.apikeys.tenant.FirstStart;
import org.apikeys.usage.CallIds;
import org.jspecify.annotations.Nullable;

/** The order in which the system begins and ends its work; the features say what there is to do. */
@ApplicationScoped
public class Work {
  private static final System.Logger LOG = System.getLogger(Work.class.getName());
  private static final Duration HOUSEKEEPING = Duration.ofMinutes(1);

  /** At the stop: for how long what has been begun may go on. */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private static final long BEGINNING_PATIENCE_MILLIS = 2_000;

  private final Plugins plugins;
  private final FirstStart firstStart;
  private final ChangeReader reader;
  private final Cluster cluster;
  private final CallIds callIds;
  private final Demo demo;
  private final Leases leases;
  private final Settings settings;
  private final List<Upkeep> features;
  private final List<ScheduledFuture<?>> timers = new ArrayList<>();
  private final List<Repeated> repeated = new ArrayList<>();
  private final List<Thread> beginning = new ArrayList<>();
  private volatile boolean started;
  private volatile boolean draining;
  private @Nullable ScheduledExecutorService apart;
  private boolean ended;

  @Inject
  Work(
      Plugins plugins,
      FirstStart firstStart,
      ChangeReader reader,
      Cluster cluster,
      CallIds callIds,
      Demo demo,
      Leases leases,
      Settings settings,
      @Any Instance<Upkeep> features) {
    this.plugins = plugins;
    this.firstStart = firstStart;
    this.reader = reader;
    this.cluster = cluster;
    this.callIds = callIds;
    this.demo = demo;
    this.leases = leases;
    this.settings = settings;
    this.features = features.stream().toList();
  }

  @SuppressWarnings("NullAway")
  protected Work() {
    plugins = null;
    firstStart = null;
    reader = null;
    cluster = null;
    callIds = null;
    demo = null;
    leases = null;
    settings = null;
    features = null;
  }

  /**
   * Begins.
   *
   * @param executor runs the jobs
   * @param threads a thread for each job that waits for no other
   */
  void begin(ManagedScheduledExecutorService executor, ManagedThreadFactory threads) {
    features.forEach(Upkeep::check);
    plugins.refresh();
    boolean first = firstStart.run();
    // what the first start makes has the first numbers
    FirstNumbers.take(settings);
    reader.read();
    cluster.join();
    callIds.reserve();
    List<PeriodicJob> alone = new ArrayList<>();
    // goes through much, as the slow jobs do
    alone.add(new PeriodicJob("housekeeping", HOUSEKEEPING, this::keepHouse));
    for (Upkeep feature : features) {
      alone.addAll(feature.urgentJobs());
      alone.addAll(feature.slowJobs());
      feature.jobs().forEach(job -> every(executor, job));
    }
    ScheduledExecutorService own = new ScheduledThreadPoolExecutor(alone.size(), threads);
    apart = own;
    alone.forEach(job -> every(own, job));
    // while changes are read: the demo's own calls are decided by what the node knows
    if (first && settings.demo()) {
      demo.fill();
    }
    started = true;
    for (Upkeep feature : features) {
      feature.atStart().forEach(work -> once(threads, work));
    }
  }

  private void once(ManagedThreadFactory threads, Runnable work) {
    Thread thread =
        threads.newThread(
            () -> {
              try {
                work.run();
              } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "What is done at the start once failed.", e);
              }
            });
    beginning.add(thread);
    thread.start();
  }

  private void endBeginning() {
    beginning.forEach(Thread::interrupt);
    for (Thread thread : beginning) {
      try {
        thread.join(BEGINNING_PATIENCE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Whether the system has begun its work. */
  public boolean isStarted() {
    return started;
  }

  /** Whether calls may be sent here. */
  public boolean takesCalls() {
    return started && !draining;
  }

  /**
   * Lets whoever sends calls notice that they are to be sent to another node, when there is one,
   * and answers them until then. Asked again, it waits no longer.
   */
  void drain() {
    if (!started || draining || cluster.nodes() < 2) {
      return;
    }
    draining = true;
    Duration wait = settings.stopDrain();
    LOG.log(System.Logger.Level.INFO, "Stopping: not ready for calls any more, for {0} yet.", wait);
    try {
      Thread.sleep(wait.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Writes what is still in memory: a clean stop loses nothing. Asked again, it writes what has
   * come since.
   */
  void end() {
    if (started) {
      LOG.log(System.Logger.Level.INFO, "Stopping: what is in memory is written.");
      timers.forEach(timer -> timer.cancel(false));
      endBeginning();
      long latest = System.nanoTime() + PATIENCE.toNanos();
      repeated.forEach(each -> each.awaitEnd(latest - System.nanoTime()));
      if (apart != null) {
        apart.shutdown();
      }
      each(Upkeep::flush);
      // what is answered from here on until the server closes its connections could not be written
      each(Upkeep::takeNoMore);
      each(Upkeep::flush);
      each(Upkeep::letGo);
      atTheStop(leases::releaseAll);
      atTheStop(cluster::leave);
      started = false;
      ended = true;
    } else if (ended) {
      each(Upkeep::flush);
    }
  }

  private void each(Consumer<Upkeep> last) {
    features.forEach(feature -> atTheStop(() -> last.accept(feature)));
  }

  private static void atTheStop(Runnable last) {
    try {
      last.run();
    } catch (RuntimeException e) {
      LOG.log(
          System.Logger.Level.ERROR, "Something could not be done at the stop: {0}", e.toString());
    }
  }

  private void keepHouse() {
    features.forEach(Upkeep::tidyMemory);
    // what is cleared in the store is cleared by one node
    if (leases.tryAcquire("housekeeping", HOUSEKEEPING.multipliedBy(2))) {
      features.forEach(Upkeep::tidyStore);
    }
  }

  private void every(ScheduledExecutorService executor, PeriodicJob job) {
    long period = job.period().toMillis();
    Repeated each = new Repeated(job);
    repeated.add(each);
    timers.add(executor.scheduleWithFixedDelay(each, period, period, TimeUnit.MILLISECONDS));
  }
}
