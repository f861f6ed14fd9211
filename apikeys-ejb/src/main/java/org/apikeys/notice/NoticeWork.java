package org.apikeys.notice;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;

/** What this feature does by itself. */
@ApplicationScoped
public class NoticeWork {
  private final WebhookSender webhooks;
  private final MailSender mails;
  private final Outbox outbox;
  private final Templates templates;

  @Inject
  public NoticeWork(WebhookSender webhooks, MailSender mails, Outbox outbox, Templates templates) {
    this.webhooks = webhooks;
    this.mails = mails;
    this.outbox = outbox;
    this.templates = templates;
  }

  @SuppressWarnings("NullAway")
  protected NoticeWork() {
    webhooks = null;
    mails = null;
    outbox = null;
    templates = null;
  }

  /** Reads the texts, so that a wrong file stops the start. */
  public void check() {
    templates.title("check", Map.of());
  }

  public void deliver() {
    webhooks.run();
  }

  public void mail() {
    mails.run();
  }

  public void prune() {
    outbox.prune();
  }
}
