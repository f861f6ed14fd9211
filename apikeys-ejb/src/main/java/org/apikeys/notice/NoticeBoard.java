package org.apikeys.notice;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import org.apikeys.api.notice.Notice;
import org.apikeys.notice.InboxNotice.Words;
import org.apikeys.setting.Settings;
import org.apikeys.tenant.Contact;
import org.apikeys.tenant.Directory;

/** Puts notices into inboxes and the mail's outbox, in the transaction of what they tell of. */
@Stateless
@PermitAll
public class NoticeBoard {
  private static final int LONGEST_TITLE = 300;
  private static final int LONGEST_TEXT = 4000;

  private final Notices notices;
  private final Templates templates;
  private final Directory directory;
  private final Settings settings;
  private final Clock clock;

  @Inject
  public NoticeBoard(
      Notices notices, Templates templates, Directory directory, Settings settings, Clock clock) {
    this.notices = notices;
    this.templates = templates;
    this.directory = directory;
    this.settings = settings;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public NoticeBoard() {
    notices = null;
    templates = null;
    directory = null;
    settings = null;
    clock = null;
  }

  /** Tells everybody whom it concerns. */
  public void write(@Observes Notice notice) {
    Instant now = clock.instant();
    Words words =
        new Words(
            cut(templates.title(notice.event(), notice.facts()), LONGEST_TITLE),
            cut(templates.text(notice.event(), notice.facts()), LONGEST_TEXT),
            notice.link());
    for (Contact person :
        directory.contacts(notice.organizationId(), notice.people(), notice.roles())) {
      if (person.username().equalsIgnoreCase(notice.except())) {
        continue;
      }
      if (notice.console()) {
        notices.add(
            new InboxNotice(
                notice.organizationId(), key(person.username()), notice.event(), words, now));
      }
      if (notice.mail() && person.email() != null && settings.mailHost().isPresent()) {
        notices.add(new Mail(person.email(), words.title(), words.text(), now));
      }
    }
  }

  /** User names are the same in any case. */
  static String key(String username) {
    return username.toLowerCase(Locale.ROOT);
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 1) + "…";
  }
}
