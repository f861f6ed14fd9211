package org.apikeys.notice;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apikeys.api.audit.Action;
import org.apikeys.api.permission.ManagementScope;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditEntry;
import org.apikeys.audit.AuditLog;
import org.apikeys.check.Expected;
import org.apikeys.crypto.KeyMaterial;
import org.apikeys.crypto.Secret;
import org.apikeys.crypto.SecretSource;
import org.apikeys.setting.Settings;
import org.apikeys.store.Page;
import org.jspecify.annotations.Nullable;

/** An organization's webhooks, for those who manage them. */
@Stateless
@RolesAllowed(ManagementScope.WEBHOOKS_MANAGE)
public class Webhooks {
  private static final int LAST_PORT = 65_535;
  private static final int SECRET_BYTES = 32;
  private static final int LONGEST_URL = 1000;
  private static final int MOST = 50;
  private static final String NAMED = "an event such as key.created, key.* or *";

  private static final Set<String> EVENTS =
      Arrays.stream(Action.values()).map(Action::word).collect(Collectors.toUnmodifiableSet());

  private final Hooks hooks;
  private final WebhookOutbox outbox;
  private final KeyMaterial material;
  private final SecretSource random;
  private final AuditLog audit;
  private final Settings settings;
  private final Clock clock;

  @Inject
  public Webhooks(
      Hooks hooks,
      WebhookOutbox outbox,
      KeyMaterial material,
      SecretSource random,
      AuditLog audit,
      Settings settings,
      Clock clock) {
    this.hooks = hooks;
    this.outbox = outbox;
    this.material = material;
    this.random = random;
    this.audit = audit;
    this.settings = settings;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  public Webhooks() {
    hooks = null;
    outbox = null;
    material = null;
    random = null;
    audit = null;
    settings = null;
    clock = null;
  }

  /** A webhook as it is shown; never its secret. */
  public record View(
      long id,
      String url,
      List<String> events,
      @JsonProperty("is_active") boolean active,
      String createdBy,
      Instant createdAt,
      Instant updatedAt,
      @JsonIgnore long version) {}

  /** A new webhook and its secret, which is shown this once. */
  public record Made(View view, Secret secret) {}

  /** One message and what became of it. */
  public record DeliveryView(
      long id,
      String messageId,
      String event,
      String status,
      int attempts,
      @Nullable Integer responseStatus,
      @Nullable String error,
      Instant createdAt,
      @Nullable Instant nextAttemptAt,
      @Nullable Instant deliveredAt) {}

  /** What is wanted of a webhook; null stays, or is left to the system. */
  public record Order(
      @Nullable String url,
      @Nullable List<String> events,
      @Nullable Secret secret,
      @Nullable Boolean active) {}

  /** Refuses what no webhook can be. */
  public void check(Order order) {
    if (order.url() == null) {
      throw ProblemException.invalid("url", "is required");
    }
    if (order.events() == null) {
      throw ProblemException.invalid("events", "is required: " + NAMED);
    }
    checkedUrl(order.url());
    checkedEvents(order.events());
  }

  public Made create(Caller caller, Order order) {
    check(order);
    if (hooks.find(caller.organizationId(), 1, 1).total() >= MOST) {
      throw new ProblemException(
          ProblemType.CONFLICT, "An organization has at most " + MOST + " webhooks.");
    }
    Instant now = clock.instant();
    Secret secret = order.secret() == null ? newSecret() : checked(order.secret());
    Webhook webhook = new Webhook(caller.organizationId(), caller.name(), now);
    webhook.configure(
        checkedUrl(Objects.requireNonNull(order.url())),
        checkedEvents(Objects.requireNonNull(order.events())),
        Objects.requireNonNullElse(order.active(), true),
        now);
    hooks.add(webhook);
    webhook.seal(material.sealing().seal(secret, Webhook.sealedFor(webhook.id())));
    audit.record(
        about(caller, Action.WEBHOOK_CREATED, webhook)
            .changing("url", null, webhook.url())
            .changing("events", null, webhook.events())
            .changing("is_active", null, webhook.isActive()));
    hooks.flush();
    return new Made(webhook.view(), secret);
  }

  private Secret newSecret() {
    return new Secret(
        WebhookSignature.PREFIX + Base64.getEncoder().encodeToString(random.bytes(SECRET_BYTES)));
  }

  private static Secret checked(Secret secret) {
    if (WebhookSignature.key(secret.reveal()) == null) {
      throw ProblemException.invalid("secret", "is whsec_ and 24 to 64 bytes in base64");
    }
    return secret;
  }

  private static List<String> checkedEvents(List<String> events) {
    if (events.isEmpty() || events.size() > MOST) {
      throw ProblemException.invalid("events", "names 1 to " + MOST + " events");
    }
    for (int i = 0; i < events.size(); i++) {
      String event = events.get(i);
      boolean known =
          event != null
              && (event.equals("*")
                  || EVENTS.contains(event)
                  || (event.endsWith(".*")
                      && EVENTS.stream()
                          .anyMatch(
                              one -> one.startsWith(event.substring(0, event.length() - 1)))));
      if (!known) {
        throw ProblemException.invalid("events[" + i + "]", "is no " + NAMED.substring(3));
      }
    }
    return events.stream().distinct().toList();
  }

  private String checkedUrl(String url) {
    try {
      URI uri = new URI(url);
      String host = uri.getHost();
      boolean whole =
          ("https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme()))
              && host != null
              && uri.getUserInfo() == null
              && uri.getFragment() == null
              && uri.getPort() != 0
              && uri.getPort() <= LAST_PORT
              && url.length() <= LONGEST_URL;
      if (!whole) {
        throw ProblemException.invalid(
            "url",
            "is an http or https address without a user, with a port from 1 to 65535 if any, at most"
                + " 1000 characters");
      }
      if (!settings.webhooksAllowPrivate() && isInside(Objects.requireNonNull(host))) {
        throw ProblemException.invalid(
            "url",
            "is an address inside of a network, and messages are not sent there unless the operator"
                + " sets apikeys.webhooks.allow-private=true");
      }
      return url;
    } catch (URISyntaxException e) {
      throw ProblemException.invalid("url", "is no address");
    }
  }

  /** Told at once where no name has to be looked up; the rest is refused when it is delivered. */
  private static boolean isInside(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    if (name.equals("localhost") || name.endsWith(".localhost")) {
      return true;
    }
    boolean address = host.startsWith("[") || host.matches("[0-9.]+");
    try {
      return address && !OutboundAddresses.isPublic(InetAddress.getByName(host));
    } catch (UnknownHostException e) {
      return true;
    }
  }

  public Page<View> list(Caller caller, int page, int size) {
    Page<Webhook> found = hooks.find(caller.organizationId(), page, size);
    return new Page<>(found.items().stream().map(Webhook::view).toList(), found.total());
  }

  public View read(Caller caller, long id) {
    return visible(caller, hooks.byId(id)).view();
  }

  public View change(Caller caller, long id, Order order, @Nullable Expected expected) {
    Webhook webhook = toChange(caller, id, expected);
    AuditEntry entry = about(caller, Action.WEBHOOK_UPDATED, webhook);
    String url = order.url() == null ? webhook.url() : checkedUrl(order.url());
    List<String> events = order.events() == null ? webhook.events() : checkedEvents(order.events());
    boolean active = Objects.requireNonNullElse(order.active(), webhook.isActive());
    entry =
        entry
            .changing("url", webhook.url(), url)
            .changing("events", webhook.events(), events)
            .changing("is_active", webhook.isActive(), active);
    if (order.secret() != null) {
      webhook.seal(
          material.sealing().seal(checked(order.secret()), Webhook.sealedFor(webhook.id())));
      entry = entry.because("secret changed");
    }
    webhook.configure(url, events, active, clock.instant());
    audit.record(entry);
    hooks.flush();
    return webhook.view();
  }

  public void delete(Caller caller, long id, @Nullable Expected expected) {
    Webhook webhook = toChange(caller, id, expected);
    webhook.delete(clock.instant());
    audit.record(
        about(caller, Action.WEBHOOK_DELETED, webhook)
            .changing("url", webhook.url(), null)
            .changing("events", webhook.events(), null));
  }

  /** Sends a message that tells of nothing but itself. */
  public DeliveryView test(Caller caller, long id) {
    Webhook webhook = toChange(caller, id, null);
    if (!webhook.isActive()) {
      throw new ProblemException(ProblemType.CONFLICT, "The webhook is not active.");
    }
    WebhookDelivery delivery =
        outbox.add(
            webhook,
            "webhook.test",
            Map.of("webhook_id", id, "by", caller.name()),
            clock.instant());
    hooks.flush();
    return delivery.view();
  }

  public Page<DeliveryView> deliveries(Caller caller, long id, int page, int size) {
    visible(caller, hooks.byId(id));
    Page<WebhookDelivery> found = hooks.deliveries(id, page, size);
    return new Page<>(found.items().stream().map(WebhookDelivery::view).toList(), found.total());
  }

  /** Sends a message again, whatever became of it. */
  public DeliveryView resend(Caller caller, long id, long deliveryId) {
    visible(caller, hooks.byId(id));
    WebhookDelivery delivery =
        hooks
            .delivery(deliveryId)
            .filter(found -> found.webhookId() == id)
            .orElseThrow(() -> ProblemException.notFound("delivery"));
    delivery.resend(clock.instant());
    return delivery.view();
  }

  private Webhook toChange(Caller caller, long id, @Nullable Expected expected) {
    Webhook webhook = visible(caller, hooks.toChange(id));
    Expected.version(expected, webhook.version(), "The webhook has changed");
    return webhook;
  }

  private static Webhook visible(Caller caller, java.util.Optional<Webhook> webhook) {
    return webhook
        .filter(found -> found.organizationId() == caller.organizationId() && !found.isDeleted())
        .orElseThrow(() -> ProblemException.notFound("webhook"));
  }

  private static AuditEntry about(Caller caller, Action action, Webhook webhook) {
    return AuditEntry.of(caller, action)
        .on("webhook", webhook.id(), String.valueOf(URI.create(webhook.url()).getHost()));
  }
}
