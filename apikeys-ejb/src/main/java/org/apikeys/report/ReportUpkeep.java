package org.apikeys.report;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apikeys.setting.Settings;
import org.apikeys.store.PeriodicJob;
import org.apikeys.store.Upkeep;

/**
 * Refuses price lists and controls that an operator has written wrongly, and sees to it that
 * ordered reports are made: in threads of their own, since one that takes long must not keep the
 * system's timers waiting.
 */
@ApplicationScoped
class ReportUpkeep implements Upkeep {
  private static final System.Logger LOG = System.getLogger(ReportUpkeep.class.getName());
  private static final Duration LOOKING = Duration.ofSeconds(1);
  private static final Duration SIGNS = ReportJob.LEASE.dividedBy(6);
  private static final Duration SCHEDULES = Duration.ofSeconds(5);
  private static final int MOST_AT_ONCE = 2;

  /** At the stop: for how long those who make reports may take to notice. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final long REST_MILLIS = 20;

  @Resource ManagedExecutorService executor;
  private final Settings settings;
  private final ReportMaker maker;
  private final ReportJobSteps steps;
  private final ReportsInHand inHand;
  private final ScheduleRunner schedules;
  private final AtomicInteger working = new AtomicInteger();
  private volatile boolean stopping;

  @Inject
  @SuppressWarnings("NullAway.Init") // the container sets the executor
  ReportUpkeep(
      Settings settings,
      ReportMaker maker,
      ReportJobSteps steps,
      ReportsInHand inHand,
      ScheduleRunner schedules) {
    this.settings = settings;
    this.maker = maker;
    this.steps = steps;
    this.inHand = inHand;
    this.schedules = schedules;
  }

  @SuppressWarnings("NullAway")
  protected ReportUpkeep() {
    settings = null;
    maker = null;
    steps = null;
    inHand = null;
    schedules = null;
  }

  @Override
  public void check() {
    PriceList.of(settings);
    Frameworks.of(settings);
  }

  @Override
  public List<PeriodicJob> jobs() {
    return List.of(
        new PeriodicJob("beginning reports", LOOKING, this::begin),
        new PeriodicJob("holding reports", SIGNS, () -> inHand.all().forEach(steps::prolong)),
        new PeriodicJob("ordering reports by schedule", SCHEDULES, schedules::run));
  }

  private void begin() {
    if (working.get() < MOST_AT_ONCE && steps.isSomethingToDo()) {
      working.incrementAndGet();
      try {
        executor.execute(this::makeAll);
      } catch (RuntimeException e) {
        working.decrementAndGet();
        throw e;
      }
    }
  }

  private void makeAll() {
    try {
      boolean more = true;
      while (more && !stopping) {
        more = maker.makeNext();
      }
    } catch (RuntimeException e) {
      // the store is out of reach: the job is taken up again when its lease has ended
      LOG.log(System.Logger.Level.WARNING, "Reports can''t be made now: {0}", e.toString());
    } finally {
      working.decrementAndGet();
    }
  }

  @Override
  public void tidyStore() {
    steps.tidy();
  }

  @Override
  public void letGo() {
    stopping = true;
    // one that was just taken is in hand a moment later
    long latest = System.nanoTime() + PATIENCE.toNanos();
    do {
      inHand.all().forEach(steps::letGo);
    } while (working.get() > 0 && System.nanoTime() - latest < 0 && rested());
    inHand.all().forEach(steps::letGo);
  }

  private static boolean rested() {
    try {
      Thread.sleep(REST_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
