package org.apikeys.report;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apikeys.report.ReportJobSteps.Taken;

/** The jobs that this process is really at work on. */
@ApplicationScoped
class ReportsInHand {
  private final Set<Taken> jobs = ConcurrentHashMap.newKeySet();

  void add(Taken job) {
    jobs.add(job);
  }

  void remove(Taken job) {
    jobs.remove(job);
  }

  List<Taken> all() {
    return List.copyOf(jobs);
  }
}
