package org.apikeys.notice;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apikeys.store.PeriodicJob;
import org.apikeys.store.Upkeep;

@Dependent
class NoticeUpkeep implements Upkeep {
  private static final Duration MESSAGES = Duration.ofMillis(500);

  @Resource ManagedExecutorService executor;
  private final WebhookSender webhooks;
  private final MailSender mails;
  private final Outbox outbox;
  private final Templates templates;

  @Inject
  @SuppressWarnings("NullAway.Init") // the container sets the executor
  NoticeUpkeep(WebhookSender webhooks, MailSender mails, Outbox outbox, Templates templates) {
    this.webhooks = webhooks;
    this.mails = mails;
    this.outbox = outbox;
    this.templates = templates;
  }

  @Override
  public void check() {
    templates.title("check", Map.of());
  }

  @Override
  public List<PeriodicJob> slowJobs() {
    return List.of(
        new PeriodicJob("delivering to webhooks", MESSAGES, () -> webhooks.run(executor)),
        new PeriodicJob("sending mail", MESSAGES, mails::run));
  }

  @Override
  public void tidyStore() {
    outbox.prune();
  }
}
