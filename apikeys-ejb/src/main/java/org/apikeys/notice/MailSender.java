package org.apikeys.notice;

import static jakarta.ejb.TransactionAttributeType.NOT_SUPPORTED;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.inject.Inject;
import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Date;
import java.util.Properties;
import org.apikeys.notice.Outbox.Letter;
import org.apikeys.setting.Settings;
import org.apikeys.store.Leases;
import org.jspecify.annotations.Nullable;

/** Sends mails from the outbox by SMTP, on one node at a time; each once, but for a crash. */
@Stateless
@PermitAll
@TransactionAttribute(NOT_SUPPORTED)
public class MailSender {
  private static final System.Logger LOG = System.getLogger(MailSender.class.getName());
  private static final String LEASE = "mail-delivery";
  private static final Duration LENGTH = Duration.ofSeconds(60);
  private static final String TIMEOUT_MILLIS = "10000";
  private static final int BATCH = 50;

  private final Outbox outbox;
  private final Leases leases;
  private final Settings settings;

  @Inject
  public MailSender(Outbox outbox, Leases leases, Settings settings) {
    this.outbox = outbox;
    this.leases = leases;
    this.settings = settings;
  }

  @SuppressWarnings("NullAway")
  public MailSender() {
    outbox = null;
    leases = null;
    settings = null;
  }

  /** Sends what is due. */
  public void run() {
    if (settings.mailHost().isEmpty() || !leases.tryAcquire(LEASE, LENGTH)) {
      return;
    }
    for (Letter letter : outbox.letters(BATCH)) {
      if (!leases.tryAcquire(LEASE, LENGTH)) {
        return;
      }
      boolean sent = send(letter);
      outbox.mailed(letter.id(), sent);
    }
  }

  private boolean send(Letter letter) {
    try {
      MimeMessage message = new MimeMessage(session(settings.mailHost().orElseThrow()));
      message.setFrom(new InternetAddress(settings.mailFrom(), true));
      message.setRecipient(Message.RecipientType.TO, new InternetAddress(letter.recipient(), true));
      message.setSubject(letter.title(), StandardCharsets.UTF_8.name());
      message.setText(letter.body(), StandardCharsets.UTF_8.name());
      message.setSentDate(Date.from(letter.at()));
      Transport.send(message);
      return true;
    } catch (MessagingException e) {
      // neither the address nor the text: both are somebody's
      LOG.log(
          System.Logger.Level.WARNING,
          "Mail {0} could not be sent: {1}",
          letter.id(),
          e.getClass().getSimpleName());
      return false;
    }
  }

  private Session session(String host) {
    Properties smtp = new Properties();
    String tls = settings.mailTls();
    String protocol = tls.equals("tls") ? "smtps" : "smtp";
    smtp.put("mail.transport.protocol.rfc822", protocol);
    String prefix = "mail." + protocol + ".";
    smtp.put(prefix + "host", host);
    smtp.put(prefix + "port", Integer.toString(settings.mailPort()));
    smtp.put(prefix + "connectiontimeout", TIMEOUT_MILLIS);
    smtp.put(prefix + "timeout", TIMEOUT_MILLIS);
    smtp.put(prefix + "writetimeout", TIMEOUT_MILLIS);
    smtp.put(prefix + "ssl.checkserveridentity", "true");
    if (tls.equals("starttls")) {
      smtp.put(prefix + "starttls.enable", "true");
      smtp.put(prefix + "starttls.required", "true");
    }
    String user = settings.mailUser().orElse(null);
    if (user == null) {
      return Session.getInstance(smtp);
    }
    smtp.put(prefix + "auth", "true");
    String password = settings.mailPassword().orElse("");
    return Session.getInstance(
        smtp,
        new Authenticator() {
          @Override
          protected @Nullable PasswordAuthentication getPasswordAuthentication() {
            return new PasswordAuthentication(user, password);
          }
        });
  }
}
