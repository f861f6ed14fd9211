package org.apikeys.request;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.apikeys.store.PeriodicJob;
import org.apikeys.store.Upkeep;

@Dependent
class RequestUpkeep implements Upkeep {
  private static final Duration DEADLINES = Duration.ofSeconds(5);
  private static final Duration OVERTAKEN = Duration.ofSeconds(15);

  private final BuiltInPolicies policies;
  private final RequestDeadlines requests;
  private final CampaignDeadlines campaigns;

  @Inject
  RequestUpkeep(BuiltInPolicies policies, RequestDeadlines requests, CampaignDeadlines campaigns) {
    this.policies = policies;
    this.requests = requests;
    this.campaigns = campaigns;
  }

  @Override
  public void check() {
    policies.document();
  }

  @Override
  public List<PeriodicJob> jobs() {
    return List.of(
        new PeriodicJob("ending requests in time", DEADLINES, requests::run),
        new PeriodicJob(
            "ending requests that events have overtaken", OVERTAKEN, requests::endOvertaken),
        new PeriodicJob("closing campaigns in time", DEADLINES, campaigns::run));
  }
}
