package org.apikeys.start;

import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apikeys.audit.Denials;
import org.apikeys.audit.LogGrowth;
import org.apikeys.audit.LogKeeper;
import org.apikeys.cluster.ChangeFeed;
import org.apikeys.cluster.ChangeReader;
import org.apikeys.cluster.Cluster;
import org.apikeys.cluster.Grid;
import org.apikeys.cluster.Nodes;
import org.apikeys.demo.Demo;
import org.apikeys.key.KeyLifecycle;
import org.apikeys.key.LimitRules;
import org.apikeys.key.PepperCheck;
import org.apikeys.limit.AdaptiveLimits;
import org.apikeys.limit.Counters;
import org.apikeys.notice.NoticeWork;
import org.apikeys.plugin.Plugins;
import org.apikeys.request.BuiltInPolicies;
import org.apikeys.request.CampaignDeadlines;
import org.apikeys.request.RequestDeadlines;
import org.apikeys.setting.Settings;
import org.apikeys.store.IdempotentCalls;
import org.apikeys.store.Leases;
import org.apikeys.tenant.FirstStart;
import org.apikeys.tenant.SignInAttempts;
import org.apikeys.usage.CallIds;
import org.apikeys.usage.CallRecorder;
import org.apikeys.usage.KeyUses;

/** All that the system does by itself, and when. */
@ApplicationScoped
public class Work {
  private static final System.Logger LOG = System.getLogger(Work.class.getName());
  private static final Duration SEQUENCING = Duration.ofMillis(200);
  private static final Duration DENIALS = Duration.ofSeconds(1);
  private static final Duration COUNTERS = Duration.ofSeconds(1);
  private static final Duration BEAT = Duration.ofSeconds(1);
  private static final Duration HINTS = Duration.ofMillis(10);
  private static final Duration DEADLINES = Duration.ofSeconds(5);
  private static final Duration MESSAGES = Duration.ofSeconds(1);
  private static final Duration PLUGINS = Duration.ofSeconds(2);
  private static final Duration HOUSEKEEPING = Duration.ofMinutes(1);

  private final PepperCheck pepper;
  private final FirstStart firstStart;
  private final Demo demo;
  private final ChangeFeed feed;
  private final ChangeReader reader;
  private final LogKeeper log;
  private final LogGrowth logGrowth;
  private final Denials denials;
  private final Counters counters;
  private final CallIds callIds;
  private final CallRecorder calls;
  private final SignInAttempts attempts;
  private final IdempotentCalls idempotent;
  private final AdaptiveLimits adaptive;
  private final Cluster cluster;
  private final Grid grid;
  private final Nodes nodes;
  private final Leases leases;
  private final BuiltInPolicies policies;
  private final LimitRules limitRules;
  private final RequestDeadlines requestDeadlines;
  private final CampaignDeadlines campaigns;
  private final NoticeWork notices;
  private final KeyLifecycle lifecycle;
  private final Plugins plugins;
  private final KeyUses uses;
  private final Settings settings;
  private final List<ScheduledFuture<?>> timers = new ArrayList<>();
  private volatile boolean started;
  private volatile boolean draining;
  private boolean ended;

  @Inject
  Work(
      PepperCheck pepper,
      FirstStart firstStart,
      Demo demo,
      ChangeFeed feed,
      ChangeReader reader,
      LogKeeper log,
      LogGrowth logGrowth,
      Denials denials,
      Counters counters,
      CallIds callIds,
      CallRecorder calls,
      SignInAttempts attempts,
      IdempotentCalls idempotent,
      AdaptiveLimits adaptive,
      Cluster cluster,
      Grid grid,
      Nodes nodes,
      Leases leases,
      BuiltInPolicies policies,
      LimitRules limitRules,
      RequestDeadlines requestDeadlines,
      CampaignDeadlines campaigns,
      NoticeWork notices,
      KeyLifecycle lifecycle,
      Plugins plugins,
      KeyUses uses,
      Settings settings) {
    this.pepper = pepper;
    this.firstStart = firstStart;
    this.demo = demo;
    this.feed = feed;
    this.reader = reader;
    this.log = log;
    this.logGrowth = logGrowth;
    this.denials = denials;
    this.counters = counters;
    this.callIds = callIds;
    this.calls = calls;
    this.attempts = attempts;
    this.idempotent = idempotent;
    this.adaptive = adaptive;
    this.cluster = cluster;
    this.grid = grid;
    this.nodes = nodes;
    this.leases = leases;
    this.policies = policies;
    this.limitRules = limitRules;
    this.requestDeadlines = requestDeadlines;
    this.campaigns = campaigns;
    this.notices = notices;
    this.lifecycle = lifecycle;
    this.plugins = plugins;
    this.uses = uses;
    this.settings = settings;
  }

  @SuppressWarnings("NullAway")
  protected Work() {
    pepper = null;
    firstStart = null;
    demo = null;
    feed = null;
    reader = null;
    log = null;
    logGrowth = null;
    denials = null;
    counters = null;
    callIds = null;
    calls = null;
    attempts = null;
    idempotent = null;
    adaptive = null;
    cluster = null;
    grid = null;
    nodes = null;
    leases = null;
    policies = null;
    limitRules = null;
    requestDeadlines = null;
    campaigns = null;
    notices = null;
    lifecycle = null;
    plugins = null;
    uses = null;
    settings = null;
  }

  void begin(ManagedScheduledExecutorService executor) {
    policies.document();
    limitRules.count();
    notices.check();
    pepper.run();
    plugins.refresh();
    boolean first = firstStart.run();
    reader.read();
    cluster.join();
    callIds.reserve();
    every(executor, ChangeReader.PERIOD, "reading the change feed", reader::read);
    every(executor, BEAT, "saying that this node lives", () -> cluster.beat(counters.parts()));
    if (grid.isThere()) {
      every(executor, HINTS, "hearing other nodes", grid::hear);
    }
    every(executor, AdaptiveLimits.PERIOD, "adapting limits", adaptive::adapt);
    every(executor, SEQUENCING, "numbering and signing audit records", log::advance);
    every(executor, DENIALS, "recording denials", denials::flush);
    every(executor, COUNTERS, "storing limit counters", counters::flush);
    every(
        executor, Duration.ofMillis(CallRecorder.PERIOD_MILLIS), "storing calls", this::storeCalls);
    every(executor, DEADLINES, "ending requests in time", requestDeadlines::run);
    every(executor, DEADLINES, "looking after the lives of keys", lifecycle::run);
    every(executor, DEADLINES, "closing campaigns in time", campaigns::run);
    every(executor, MESSAGES, "delivering to webhooks", notices::deliver);
    every(executor, MESSAGES, "sending mail", notices::mail);
    every(executor, PLUGINS, "watching plugins", plugins::watch);
    every(executor, HOUSEKEEPING, "housekeeping", this::keepHouse);
    // while changes are read: the demo's own calls are decided by what the node knows
    if (first && settings.demo()) {
      demo.fill();
    }
    started = true;
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
      writeLast(
          List.of(
              calls::flush,
              uses::flush,
              counters::flush,
              counters::giveBack,
              denials::flushAll,
              log::advance,
              cluster::leave));
      started = false;
      ended = true;
    } else if (ended) {
      writeLast(List.of(calls::flush, uses::flush, counters::flush, denials::flushAll));
    }
  }

  private static void writeLast(List<Runnable> writes) {
    for (Runnable last : writes) {
      try {
        last.run();
      } catch (RuntimeException e) {
        LOG.log(
            System.Logger.Level.ERROR,
            "Something could not be written at the stop: {0}",
            e.toString());
      }
    }
  }

  private void storeCalls() {
    callIds.reserve();
    calls.flush();
    uses.flush();
  }

  private void keepHouse() {
    uses.prune();
    counters.prune();
    // what is cleared in the store is cleared by one node
    if (leases.tryAcquire("housekeeping", HOUSEKEEPING.multipliedBy(2))) {
      reader.longRead().ifPresent(feed::prune);
      attempts.prune();
      idempotent.prune();
      notices.prune();
      nodes.prune();
      logGrowth.prune();
    }
  }

  private void every(
      ManagedScheduledExecutorService executor, Duration period, String name, Runnable job) {
    timers.add(
        executor.scheduleWithFixedDelay(
            new Job(name, job), period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** A job that survives its failures, and says so once until it works again. */
  private static final class Job implements Runnable {
    private final String name;
    private final Runnable work;
    private boolean failing;

    Job(String name, Runnable work) {
      this.name = name;
      this.work = work;
    }

    @Override
    public void run() {
      try {
        work.run();
        if (failing) {
          LOG.log(System.Logger.Level.INFO, "{0} works again.", name);
        }
        failing = false;
      } catch (RuntimeException e) {
        if (!failing) {
          LOG.log(System.Logger.Level.WARNING, name + " fails; it is tried again.", e);
        }
        failing = true;
      }
    }
  }
}
