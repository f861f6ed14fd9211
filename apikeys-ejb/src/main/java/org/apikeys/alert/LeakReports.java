package org.apikeys.alert;

import jakarta.annotation.security.PermitAll;
import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Optional;
import org.apikeys.api.alert.AlertKind;
import org.apikeys.api.alert.Concern;
import org.apikeys.api.alert.Severity;
import org.apikeys.api.audit.Action;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.apikeys.crypto.Secret;
import org.apikeys.hot.Printable;
import org.apikeys.key.KeyKeeper;
import org.apikeys.key.KeySafety;
import org.apikeys.key.KeySnapshot;
import org.apikeys.key.KeySnapshots;
import org.apikeys.setting.Settings;
import org.jspecify.annotations.Nullable;

/**
 * Takes reports of secrets that were found in public. Whoever calls has checked the signature. Each
 * report is a transaction: the key ends or is suspended, the log has it, and its owner is told.
 */
@Stateless
@PermitAll
public class LeakReports {
  private static final int LONGEST_PLACE = 300;

  private final KeySnapshots keys;
  private final KeyKeeper keeper;
  private final KeySafety safety;
  private final AuditLog audit;
  private final Event<Concern> concerns;
  private final Settings settings;
  private final Clock clock;

  @Inject
  public LeakReports(
      KeySnapshots keys,
      KeyKeeper keeper,
      KeySafety safety,
      AuditLog audit,
      Event<Concern> concerns,
      Settings settings,
      Clock clock) {
    this.keys = keys;
    this.keeper = keeper;
    this.safety = safety;
    this.audit = audit;
    this.concerns = concerns;
    this.settings = settings;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public LeakReports() {
    keys = null;
    keeper = null;
    safety = null;
    audit = null;
    concerns = null;
    settings = null;
    clock = null;
  }

  /**
   * A secret that was found.
   *
   * @param type what the reporter calls it
   * @param url where it was found
   * @param source in what kind of text
   */
  public record Found(
      Secret token, @Nullable String type, @Nullable String url, @Nullable String source) {}

  /**
   * What it was, in the form that GitHub takes.
   *
   * @param tokenHash SHA-256 of the token in hexadecimal digits, so that no answer holds a secret
   * @param label {@code true_positive} for a secret of ours, otherwise {@code false_positive}
   */
  public record Label(String tokenHash, @Nullable String tokenType, String label) {}

  /**
   * Takes one report.
   *
   * @param signer the identifier of the public key that it was signed with
   */
  public Label take(Caller reporter, String signer, Found found) {
    Optional<KeySnapshot> key = keys.find(found.token()).filter(one -> !one.publishable());
    key.ifPresent(one -> answer(reporter, signer, one, found));
    return new Label(
        hash(found.token()), found.type(), key.isPresent() ? "true_positive" : "false_positive");
  }

  private void answer(Caller reporter, String signer, KeySnapshot key, Found found) {
    String place = found.url() == null ? "an unknown place" : printable(found.url());
    boolean ended =
        key.revoked() || Math.min(key.expiresAt(), key.secretEndsAt()) <= clock.millis();
    String done;
    if (ended) {
      done = "It had ended before.";
    } else if (settings.leakAnswer() == Settings.LeakAnswer.SUSPEND) {
      safety.suspend(key.id(), "found in public: " + place);
      done = "It is suspended until somebody has looked.";
    } else {
      keeper.revokeUnlessEnded(key.id(), "found in public: " + place);
      done = "It is revoked.";
    }
    audit.record(
        AuditEntry.of(reporter, Action.LEAK_REPORTED)
            .in(key.organizationId())
            .on("key", "key-" + key.id(), key.name())
            .because("found at " + place + ", signed by " + signer));
    Concern concern =
        Concern.aboutKey(
            key.organizationId(),
            AlertKind.KEY_LEAKED,
            key.id(),
            "The secret of key-"
                + key.id()
                + " \""
                + key.name()
                + "\" was found in public at "
                + place
                + ". "
                + done);
    concerns.fire(ended ? concern.as(Severity.INFO) : concern);
  }

  private static String printable(String text) {
    String clean = Printable.of(text);
    return clean.length() <= LONGEST_PLACE ? clean : clean.substring(0, LONGEST_PLACE - 1) + "…";
  }

  private static String hash(Secret token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(token.reveal().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the platform has no SHA-256", e);
    }
  }
}
