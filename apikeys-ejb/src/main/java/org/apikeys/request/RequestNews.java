package org.apikeys.request;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apikeys.api.notice.Notice;
import org.apikeys.request.PolicyDocument.Stage;
import org.apikeys.tenant.Contact;
import org.jspecify.annotations.Nullable;

/** Tells those whom a request concerns. */
@ApplicationScoped
class RequestNews {
  private static final String LAPSED = "request.lapsed";
  private static final String COMMENTED = "request.commented";

  private final Event<Notice> notices;

  @Inject
  RequestNews(Event<Notice> notices) {
    this.notices = notices;
  }

  @SuppressWarnings("NullAway")
  protected RequestNews() {
    notices = null;
  }

  /** To those whom the request waits for. */
  void toApprovers(String event, KeyRequest request) {
    toApprovers(event, request, null, why(request));
  }

  private void toApprovers(
      String event, KeyRequest request, @Nullable String actor, @Nullable String reason) {
    int stage = request.openStage();
    if (stage >= 0) {
      Stage open = request.ruling().stages().get(stage);
      fire(
          event,
          request,
          Set.copyOf(Objects.requireNonNull(open.people())),
          rolesAndGroups(open),
          request.requestedBy(),
          actor,
          reason);
    }
  }

  private static Set<String> rolesAndGroups(Stage stage) {
    Set<String> all = new TreeSet<>(Objects.requireNonNull(stage.roles()));
    Objects.requireNonNull(stage.groups()).forEach(group -> all.add(Contact.GROUP + group));
    return all;
  }

  /** To the one who asked. */
  void toRequester(String event, KeyRequest request, @Nullable String actor) {
    fire(event, request, Set.of(request.requestedBy()), Set.of(), null, actor);
  }

  /** To the one who asked: it was approved, and what comes of that. */
  void approved(KeyRequest request, Instant now, String actor) {
    boolean done = request.statusAt(now) == RequestStatus.FULFILLED;
    toRequester(done ? "request.fulfilled" : "request.approved", request, actor);
  }

  /** What somebody said of the request, to the other side. */
  void commented(KeyRequest request, Remark remark) {
    if (request.isOf(remark.by())) {
      toApprovers(COMMENTED, request, remark.by(), remark.text());
    } else {
      Set<String> requester = Set.of(request.requestedBy());
      fire(COMMENTED, request, requester, Set.of(), null, remark.by(), remark.text());
    }
  }

  void toPerson(String event, KeyRequest request, String person, String actor) {
    fire(event, request, Set.of(person), Set.of(), null, actor);
  }

  void toRole(String event, KeyRequest request, String role) {
    fire(event, request, Set.of(), Set.of(role), request.requestedBy(), null);
  }

  /**
   * To those whose approval counted until now.
   *
   * @param approvals as they were before
   * @param why it counts no more
   * @param decider who looks at the request now, and need not be told
   */
  void toLapsed(KeyRequest request, List<Agreement> approvals, String why, String decider) {
    Set<String> people =
        approvals.stream()
            .filter(Agreement::counts)
            .flatMap(one -> Stream.concat(Stream.of(one.by()), Stream.ofNullable(one.onBehalfOf())))
            .collect(Collectors.toCollection(TreeSet::new));
    if (!people.isEmpty()) {
      fire(LAPSED, request, people, Set.of(), decider, decider, why);
    }
  }

  private void fire(
      String event,
      KeyRequest request,
      Set<String> people,
      Set<String> roles,
      @Nullable String except,
      @Nullable String actor) {
    fire(event, request, people, roles, except, actor, why(request));
  }

  private static @Nullable String why(KeyRequest request) {
    return request.reason() == null ? request.justification() : request.reason();
  }

  private void fire(
      String event,
      KeyRequest request,
      Set<String> people,
      Set<String> roles,
      @Nullable String except,
      @Nullable String actor,
      @Nullable String reason) {
    Map<String, String> facts = new TreeMap<>();
    facts.put("id", Long.toString(request.id()));
    facts.put("subject", request.subject());
    facts.put("requester", request.requestedBy());
    facts.put("risk", Integer.toString(request.risk().score()));
    facts.put("expires_at", request.expiresAt().toString());
    facts.put("reason", reason == null ? "-" : reason);
    facts.put("actor", actor == null ? "policy" : actor);
    notices.fire(
        new Notice(
            request.organizationId(),
            event,
            people,
            roles,
            except,
            facts,
            "/api/v1/key-requests/" + request.id()));
  }
}
