package org.apikeys.request;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apikeys.api.tenant.Caller;
import org.apikeys.key.ConfigurationJson;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.KeyProposals;
import org.apikeys.key.Wish;
import org.apikeys.request.PolicyDocument.Stage;
import org.apikeys.store.Json;
import org.jspecify.annotations.Nullable;

/**
 * A request through its life: submitted with what is wanted and what the policies say to it,
 * commented, narrowed and approved by one person after another, and in the end claimed, put into
 * effect, rejected, cancelled or forgotten. Its digest covers all that a decision rests on.
 */
@Entity
@Table(name = "key_request")
@NamedQuery(
    name = "KeyRequest.overdue",
    query =
        "SELECT r.id FROM KeyRequest r WHERE r.status IN :open AND r.expiresAt <= :now"
            + " ORDER BY r.expiresAt")
@NamedQuery(
    name = "KeyRequest.changes",
    query =
        "SELECT r FROM KeyRequest r WHERE r.status = :pending AND r.kind NOT IN :forNewKeys"
            + " AND r.id > :after ORDER BY r.id")
@NamedQuery(
    name = "KeyRequest.toRemind",
    query =
        "SELECT r.id FROM KeyRequest r WHERE r.status = :pending AND r.remindAt <= :now"
            + " AND r.expiresAt > :now ORDER BY r.remindAt")
@NamedQuery(
    name = "KeyRequest.toEscalate",
    query =
        "SELECT r.id FROM KeyRequest r WHERE r.status = :pending AND r.escalateAt <= :now"
            + " AND r.expiresAt > :now ORDER BY r.escalateAt")
class KeyRequest {
  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "key_request")
  @SequenceGenerator(name = "key_request", sequenceName = "key_request_id_seq", allocationSize = 1)
  private long id;

  @Column(name = "organization_id")
  private long organizationId;

  @Enumerated(EnumType.STRING)
  private RequestKind kind;

  @Enumerated(EnumType.STRING)
  private RequestStatus status = RequestStatus.PENDING;

  private String subject;
  private @Nullable String justification;

  @Embedded private Requester requester;

  @Column(name = "api_key_id")
  private @Nullable Long keyId;

  @Column(name = "before_configuration")
  @Convert(converter = ConfigurationJson.class)
  private @Nullable KeyConfiguration before;

  @Convert(converter = ConfigurationJson.class)
  private KeyConfiguration configuration;

  @Column(name = "was_active")
  private boolean wasActive;

  @Column(name = "wanted_active")
  private boolean wantedActive;

  private String widened;

  @Column(name = "sealed_to")
  private @Nullable String sealedTo;

  @Column(name = "user_address")
  private @Nullable String userAddress;

  private String ruling;

  @Column(name = "effective_scopes")
  private @Nullable String effectiveScopes;

  @Column(name = "risk_score")
  private int riskScore;

  @Column(name = "risk_reasons")
  private String riskReasons;

  private String approvals = "[]";
  private String comments = "[]";
  private String overrides = "[]";

  @Embedded
  @SuppressWarnings("UnusedVariable") // queries name it
  private Turn turn;

  private String digest;

  @Column(name = "decided_by")
  private @Nullable String decidedBy;

  @Column(name = "decided_at")
  private @Nullable Instant decidedAt;

  @Column(name = "decision_reason")
  private @Nullable String reason;

  @Column(name = "claimed_at")
  private @Nullable Instant claimedAt;

  @Column(name = "remind_at")
  private @Nullable Instant remindAt;

  @Column(name = "escalate_at")
  private @Nullable Instant escalateAt;

  @Column(name = "escalated_at")
  private @Nullable Instant escalatedAt;

  @Column(name = "expires_at")
  private Instant expiresAt;

  @Column(name = "created_at")
  private Instant createdAt;

  @Column(name = "updated_at")
  private Instant updatedAt;

  @Version private long version;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected KeyRequest() {}

  @SuppressWarnings("NullAway.Init")
  KeyRequest(Caller caller, Submission submission, Instant now) {
    organizationId = caller.organizationId();
    requester = new Requester(caller, submission.askedBy());
    kind = submission.kind();
    subject = submission.subject();
    justification = submission.justification();
    sealedTo = submission.sealedTo();
    userAddress = submission.userAddress();
    configuration = submission.wanted();
    KeyProposals.Change change = submission.change();
    keyId = change == null ? null : Long.valueOf(change.keyId());
    before = change == null ? null : change.before();
    wasActive = change != null && change.wasActive();
    wantedActive = change == null || change.active();
    widened = change == null ? "" : String.join(",", change.widened());
    judge(submission.judgement());
    expiresAt = submission.expiresAt();
    remindAt = now.plus(submission.judgement().ruling().remindAfter());
    escalateAt = now.plus(submission.judgement().ruling().escalateAfter());
    createdAt = now;
    updatedAt = now;
    digest = RequestDigest.of(this);
    refresh();
  }

  private void judge(Judgement judgement) {
    ruling = Json.write(judgement.ruling());
    riskScore = judgement.risk().score();
    riskReasons = Json.write(judgement.risk().reasons());
    effectiveScopes = Json.write(judgement.scopes());
  }

  /** What is asked for has come to something else: approvals of what it was count no more. */
  void judgeAgain(Judgement judgement, Instant now) {
    judge(judgement);
    digest = RequestDigest.of(this);
    replaceAgreements(agreements().stream().map(Agreement::voided).toList(), now);
  }

  /** User names are the same in any case. */
  static String key(String username) {
    return username.toLowerCase(Locale.ROOT);
  }

  /** Where the request stands now; one whose time is over has expired, whoever noted it. */
  RequestStatus statusAt(Instant now) {
    boolean over = !status.isFinal() && !expiresAt.isAfter(now);
    return over ? RequestStatus.EXPIRED : status;
  }

  /** Takes the step, or says why it can't be taken. */
  void become(RequestStatus after, @Nullable String by, @Nullable String why, Instant now) {
    // only what is over can become expired, and what is over can become nothing else
    status = after == RequestStatus.EXPIRED ? status.to(after) : statusAt(now).to(after);
    if (by != null) {
      decidedBy = by;
      decidedAt = now;
    }
    if (why != null) {
      reason = why;
    }
    updatedAt = now;
    refresh();
  }

  /** Waits for its claim until then. */
  void claimUntil(Instant end) {
    expiresAt = end;
  }

  void agree(Agreement agreement, Instant now) {
    List<Agreement> all = new ArrayList<>(agreements());
    all.add(agreement);
    replaceAgreements(all, now);
  }

  void replaceAgreements(List<Agreement> all, Instant now) {
    approvals = Json.write(all);
    updatedAt = now;
    refresh();
  }

  /** Narrowed by an approver: what was approved before was something else. */
  void narrow(KeyConfiguration narrowed, List<String> scopes, Narrowing how, Instant now) {
    configuration = narrowed;
    effectiveScopes = Json.write(scopes);
    digest = RequestDigest.of(this);
    List<Narrowing> all = new ArrayList<>(overrides());
    all.add(how);
    overrides = Json.write(all);
    replaceAgreements(agreements().stream().map(Agreement::voided).toList(), now);
  }

  void comment(Remark remark, Instant now) {
    List<Remark> all = new ArrayList<>(comments());
    all.add(remark);
    comments = Json.write(all);
    updatedAt = now;
  }

  void claimed(long madeKeyId, Instant now) {
    keyId = madeKeyId;
    claimedAt = now;
    updatedAt = now;
  }

  boolean isToRemind(Instant now) {
    return remindAt != null && !remindAt.isAfter(now);
  }

  void remindNext(Instant next) {
    remindAt = next;
  }

  void escalated(Instant now) {
    escalatedAt = now;
    escalateAt = null;
  }

  /** Brings the columns that lists filter by up to date. */
  private void refresh() {
    int stage = openStage();
    boolean waits = status == RequestStatus.PENDING && stage >= 0;
    turn = new Turn(agreements(), waits ? ruling().stages().get(stage) : null);
  }

  /** The stage that waits for approvals; -1 when all have theirs. */
  int openStage() {
    List<Stage> stages = ruling().stages();
    for (int i = 0; i < stages.size(); i++) {
      if (approved(i) < stages.get(i).approvals()) {
        return i;
      }
    }
    return -1;
  }

  /** Whether it waits for people whom the policy lets decide about several requests at once. */
  boolean isDecidedWithOthers(Instant now) {
    int stage = openStage();
    return statusAt(now) == RequestStatus.PENDING
        && stage >= 0
        && ruling().stages().get(stage).severalAtOnce();
  }

  /** How many approvals of a stage count. */
  int approved(int stage) {
    return (int) agreements().stream().filter(one -> one.counts() && one.stage() == stage).count();
  }

  boolean isOf(String person) {
    return requester.is(person);
  }

  /** Whether it is of the person, or was asked by a key whose secret they held. */
  boolean isAskedBy(String person) {
    return requester.mayBe(person);
  }

  KeyProposals.Change change() {
    return new KeyProposals.Change(
        Objects.requireNonNull(keyId),
        Objects.requireNonNull(before).name(),
        Objects.requireNonNull(before),
        configuration,
        wasActive,
        wantedActive,
        widened.isEmpty() ? List.of() : List.of(widened.split(",", -1)));
  }

  /** For the policies. */
  Wish wish() {
    return before == null ? Wish.ofNew(configuration) : change().wish();
  }

  /** The scopes that it came to when it was judged last; null for one of before this was kept. */
  @Nullable List<String> effectiveScopes() {
    return effectiveScopes == null ? null : List.of(Json.read(effectiveScopes, String[].class));
  }

  List<Agreement> agreements() {
    return List.of(Json.read(approvals, Agreement[].class));
  }

  List<Remark> comments() {
    return List.of(Json.read(comments, Remark[].class));
  }

  List<Narrowing> overrides() {
    return List.of(Json.read(overrides, Narrowing[].class));
  }

  Ruling ruling() {
    return Json.read(ruling, Ruling.class);
  }

  Risk risk() {
    return new Risk(riskScore, List.of(Json.read(riskReasons, String[].class)));
  }

  long id() {
    return id;
  }

  long organizationId() {
    return organizationId;
  }

  RequestKind kind() {
    return kind;
  }

  String subject() {
    return subject;
  }

  @Nullable String justification() {
    return justification;
  }

  Requester requester() {
    return requester;
  }

  String requestedBy() {
    return requester.name();
  }

  @Nullable Long keyId() {
    return keyId;
  }

  @Nullable KeyConfiguration before() {
    return before;
  }

  KeyConfiguration configuration() {
    return configuration;
  }

  boolean wantedActive() {
    return wantedActive;
  }

  @Nullable String sealedTo() {
    return sealedTo;
  }

  /** Of the user whose one key the claimed key is to be; null when it is just a key. */
  @Nullable String userAddress() {
    return userAddress;
  }

  String digest() {
    return digest;
  }

  @Nullable String decidedBy() {
    return decidedBy;
  }

  @Nullable Instant decidedAt() {
    return decidedAt;
  }

  @Nullable String reason() {
    return reason;
  }

  @Nullable Instant claimedAt() {
    return claimedAt;
  }

  @Nullable Instant escalatedAt() {
    return escalatedAt;
  }

  Instant expiresAt() {
    return expiresAt;
  }

  Instant createdAt() {
    return createdAt;
  }

  Instant updatedAt() {
    return updatedAt;
  }

  long version() {
    return version;
  }
}
