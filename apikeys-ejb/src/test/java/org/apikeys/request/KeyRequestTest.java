package org.apikeys.request;

import static org.apikeys.request.SomeRequests.DORA;
import static org.apikeys.request.SomeRequests.MANAGERS;
import static org.apikeys.request.SomeRequests.NOON;
import static org.apikeys.request.SomeRequests.agreed;
import static org.apikeys.request.SomeRequests.change;
import static org.apikeys.request.SomeRequests.newKey;
import static org.apikeys.request.SomeRequests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.apikeys.key.KeyProposals;
import org.apikeys.key.Orders;
import org.apikeys.request.PolicyDocument.Stage;
import org.junit.jupiter.api.Test;

/** A request through its life, in memory. */
class KeyRequestTest {
  private static final Stage TWO_ADMINS =
      new Stage(2, List.of("admin"), List.of("Eve"), List.of("security"), true);
  private static final Instant END = NOON.plus(Duration.ofDays(7));

  private static void refused(Runnable step) {
    assertThatThrownBy(step::run)
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.type()).isEqualTo(ProblemType.CONFLICT));
  }

  @Test
  void waitsForItsStagesOneAfterTheOther() {
    KeyRequest request = newKey(MANAGERS, TWO_ADMINS);
    assertThat(request.openStage()).isZero();
    assertThat(request.isDecidedWithOthers(NOON)).as("the first stage").isFalse();
    request.agree(agreed(request, "max", null, 0), NOON.plusSeconds(5));
    assertThat(request.updatedAt()).isEqualTo(NOON.plusSeconds(5));
    assertThat(request.openStage()).isEqualTo(1);
    assertThat(request.isDecidedWithOthers(NOON)).isTrue();
    assertThat(request.isDecidedWithOthers(END)).as("it is over").isFalse();
    request.agree(agreed(request, "ann", null, 1), NOON);
    assertThat(request.openStage()).as("one of two").isEqualTo(1);
    assertThat(request.approved(1)).isEqualTo(1);
    request.agree(agreed(request, "ben", "eve", 1), NOON);
    assertThat(request.openStage()).isEqualTo(-1);
    assertThat(request.isDecidedWithOthers(NOON)).isFalse();

    request.replaceAgreements(
        request.agreements().stream().map(one -> one.stage() == 0 ? one.voided() : one).toList(),
        NOON);
    assertThat(request.openStage()).as("an approval that counts no more").isZero();
    assertThat(request.approved(0)).isZero();
    assertThat(request.approved(1)).isEqualTo(2);
  }

  @Test
  void isOverAtItsEndAndNotBefore() {
    KeyRequest request = newKey(MANAGERS);
    assertThat(request.statusAt(END.minusMillis(1))).isEqualTo(RequestStatus.PENDING);
    assertThat(request.statusAt(END)).isEqualTo(RequestStatus.EXPIRED);
    refused(() -> request.become(RequestStatus.APPROVED, "max", null, END));
    request.become(RequestStatus.EXPIRED, null, null, END);
    assertThat(request.statusAt(NOON)).isEqualTo(RequestStatus.EXPIRED);
    assertThat(request.decidedBy()).as("by nobody").isNull();
    assertThat(request.updatedAt()).isEqualTo(END);

    KeyRequest decided = newKey(MANAGERS);
    decided.become(RequestStatus.REJECTED, "max", "not now", NOON);
    assertThat(decided.statusAt(END))
        .as("it was decided in time")
        .isEqualTo(RequestStatus.REJECTED);
    assertThat(decided.decidedBy()).isEqualTo("max");
    assertThat(decided.decidedAt()).isEqualTo(NOON);
    assertThat(decided.reason()).isEqualTo("not now");
  }

  @Test
  void anApprovedOneWaitsForItsClaim() {
    KeyRequest request = newKey(MANAGERS);
    request.become(RequestStatus.APPROVED, "max", null, NOON);
    request.claimUntil(END.plusSeconds(9));
    assertThat(request.statusAt(END)).isEqualTo(RequestStatus.APPROVED);
    assertThat(request.statusAt(END.plusSeconds(9))).isEqualTo(RequestStatus.EXPIRED);
    assertThat(request.isDecidedWithOthers(NOON)).isFalse();
    request.claimed(77, NOON.plusSeconds(2));
    assertThat(request.keyId()).isEqualTo(77);
    assertThat(request.claimedAt()).isEqualTo(NOON.plusSeconds(2));
    assertThat(request.updatedAt()).isEqualTo(NOON.plusSeconds(2));
  }

  @Test
  void noStepLeadsOutOfAnEnd() {
    for (RequestStatus end :
        List.of(
            RequestStatus.REJECTED,
            RequestStatus.CANCELLED,
            RequestStatus.EXPIRED,
            RequestStatus.FULFILLED)) {
      assertThat(end.isFinal()).isTrue();
      assertThat(RequestStatus.PENDING.to(end)).isEqualTo(end);
      for (RequestStatus after : RequestStatus.values()) {
        refused(() -> end.to(after));
      }
    }
    assertThat(RequestStatus.PENDING.isFinal()).isFalse();
    assertThat(RequestStatus.APPROVED.isFinal()).isFalse();
    assertThat(RequestStatus.PENDING.to(RequestStatus.APPROVED)).isEqualTo(RequestStatus.APPROVED);
    refused(() -> RequestStatus.APPROVED.to(RequestStatus.REJECTED));
    refused(() -> RequestStatus.APPROVED.to(RequestStatus.PENDING));
    assertThat(RequestStatus.APPROVED.to(RequestStatus.FULFILLED))
        .isEqualTo(RequestStatus.FULFILLED);
    assertThat(RequestStatus.words())
        .containsExactly("pending", "approved", "rejected", "cancelled", "expired", "fulfilled");
  }

  @Test
  void kindsHaveTheirWords() {
    assertThat(RequestKind.words())
        .containsExactly(
            "new_key", "change", "renewal", "limit_increase", "reactivation", "emergency");
    assertThat(RequestKind.ofWord("limit_increase")).contains(RequestKind.LIMIT_INCREASE);
    assertThat(RequestKind.ofWord("LIMIT_INCREASE")).isEmpty();
    assertThat(Arrays.stream(RequestKind.values()).filter(RequestKind::isForNewKey))
        .containsExactly(RequestKind.NEW_KEY, RequestKind.EMERGENCY);
  }

  @Test
  void isRemindedAndEscalatedAtItsTime() {
    KeyRequest request = newKey(MANAGERS);
    Instant tomorrow = NOON.plus(Duration.ofDays(1));
    assertThat(request.isToRemind(tomorrow.minusMillis(1))).isFalse();
    assertThat(request.isToRemind(tomorrow)).isTrue();
    request.remindNext(tomorrow.plusSeconds(1));
    assertThat(request.isToRemind(tomorrow)).isFalse();
    assertThat(request.escalatedAt()).isNull();
    request.escalated(tomorrow);
    assertThat(request.escalatedAt()).isEqualTo(tomorrow);
  }

  @Test
  void narrowingVoidsWhatWasApprovedAndChangesTheDigest() {
    KeyRequest request = newKey(MANAGERS, TWO_ADMINS);
    String before = request.digest();
    request.agree(agreed(request, "max", null, 0), NOON);
    assertThat(request.digest()).as("an approval changes nothing of it").isEqualTo(before);
    Narrowing how = new Narrowing("ann", NOON, Map.of("rate_limit", Arrays.asList(9, 5)));
    request.narrow(Orders.aKey("smaller"), List.of("agents:read"), how, NOON.plusSeconds(1));

    assertThat(request.digest()).isNotEqualTo(before);
    assertThat(request.configuration().name()).isEqualTo("smaller");
    assertThat(request.agreements()).hasSize(1).noneMatch(Agreement::counts);
    assertThat(request.overrides()).containsExactly(how);
    assertThat(request.openStage()).isZero();
    request.narrow(Orders.aKey("smallest"), List.of("agents:read"), how, NOON);
    assertThat(request.overrides()).hasSize(2);
  }

  @Test
  void theDigestCoversAllThatADecisionRestsOn() {
    KeyRequest one = request(RequestKind.CHANGE, change("rate_limit"), change().after(), MANAGERS);
    assertThat(one.digest())
        .matches("[0-9a-f]{64}")
        .isEqualTo(
            request(RequestKind.CHANGE, change("rate_limit"), change().after(), MANAGERS).digest());
    assertThat(
            Stream.of(
                    one,
                    request(RequestKind.LIMIT_INCREASE, change(), change().after(), MANAGERS),
                    request(RequestKind.CHANGE, change(), Orders.aKey("other"), MANAGERS),
                    request(RequestKind.CHANGE, null, change().after(), MANAGERS),
                    request(RequestKind.CHANGE, ofKey(9), change().after(), MANAGERS),
                    request(RequestKind.CHANGE, change(), change().after(), TWO_ADMINS),
                    request(
                        Orders.person(9, "eve", 1, "developer"),
                        RequestKind.CHANGE,
                        change(),
                        change().after(),
                        MANAGERS),
                    request(
                        Orders.person(2, "Dora", 2, "developer"),
                        RequestKind.CHANGE,
                        change(),
                        change().after(),
                        MANAGERS))
                .map(KeyRequest::digest))
        .doesNotHaveDuplicates();
  }

  private static KeyProposals.Change ofKey(long id) {
    return new KeyProposals.Change(
        id, "shop", change().before(), change().after(), false, true, List.of());
  }

  @Test
  void aChangeIsKeptAsItWasAskedFor() {
    KeyRequest request =
        request(RequestKind.CHANGE, change("rate_limit", "scopes"), change().after(), MANAGERS);
    assertThat(request.change()).isEqualTo(change("rate_limit", "scopes"));
    assertThat(request.keyId()).isEqualTo(8);
    assertThat(request.wantedActive()).isTrue();
    KeyRequest nothingWider = request(RequestKind.CHANGE, change(), change().after(), MANAGERS);
    assertThat(nothingWider.change().widened()).isEmpty();
    assertThat(nothingWider.requester().scopes()).isEqualTo(DORA.scopes());
    KeyRequest without =
        request(
            Orders.key(5, "dora", "developer"),
            RequestKind.CHANGE,
            change(),
            change().after(),
            MANAGERS);
    assertThat(without.requester().scopes()).isEmpty();
  }

  @Test
  void showsEverythingToWhoDecides() {
    KeyRequest request = request(RequestKind.CHANGE, change(), change().after(), TWO_ADMINS);
    request.agree(agreed(request, "ann", null, 0), NOON);
    request.comment(new Remark("max", NOON, "why?"), NOON.plusSeconds(3));
    request.comment(new Remark("dora", NOON, "so"), NOON.plusSeconds(4));
    Delegation mine = new Delegation(request.id(), "eve", "Max", END, NOON);
    Delegation others = new Delegation(99, "eve", "Max", END, NOON);

    RequestView view = RequestView.of(request, List.of(mine, others), NOON);

    assertThat(view.kind()).isEqualTo("change");
    assertThat(view.subject()).isEqualTo("the shop's key");
    assertThat(view.status()).isEqualTo("pending");
    assertThat(view.requestedBy()).isEqualTo("Dora");
    assertThat(view.justification()).isEqualTo("because");
    assertThat(view.organizationId()).isEqualTo(1);
    assertThat(view.keyId()).isEqualTo("key-8");
    assertThat(view.requiredApprovals()).isEqualTo(2);
    assertThat(view.approvals()).extracting(Agreement::by).containsExactly("ann");
    assertThat(view.stages())
        .containsExactly(
            new RequestView.StageView(
                2, 1, List.of("admin"), List.of("Eve"), List.of("security"), true));
    assertThat(view.severalAtOnce()).isTrue();
    assertThat(view.policy()).isEqualTo("production");
    assertThat(view.risk()).isEqualTo(new Risk(42, List.of("a reason")));
    assertThat(view.digest()).isEqualTo(request.digest());
    assertThat(view.wanted()).isEqualTo(change().after());
    assertThat(view.changes()).containsOnlyKeys("rate_limit");
    assertThat(view.overrides()).isEmpty();
    assertThat(view.comments()).extracting(Remark::text).containsExactly("why?", "so");
    assertThat(view.delegations())
        .containsExactly(new RequestView.DelegationView("eve", "Max", END));
    assertThat(view.decidedBy()).isNull();
    assertThat(view.sealed()).isFalse();
    assertThat(view.expiresAt()).isEqualTo(END);
    assertThat(view.createdAt()).isEqualTo(NOON);
    assertThat(view.updatedAt()).isEqualTo(NOON.plusSeconds(4));
    assertThat(RequestView.of(request, List.of(), END).status()).isEqualTo("expired");
  }

  @Test
  void aNewKeyIsComparedWithNothingAndAReactivationShowsItself() {
    RequestView fresh = RequestView.of(newKey(MANAGERS), List.of(), NOON);
    assertThat(fresh.keyId()).isNull();
    assertThat(fresh.changes()).containsKey("name");
    assertThat(String.valueOf(fresh.changes().get("name"))).isEqualTo("[null, \"shop\"]");
    RequestView again =
        RequestView.of(
            request(RequestKind.REACTIVATION, change(), change().before(), MANAGERS),
            List.of(),
            NOON);
    assertThat(again.changes()).containsEntry("is_active", List.of(false, true)).hasSize(1);
  }

  @Test
  void aPersonIsTheSameInAnyCaseAndCountsForWhomTheyStand() {
    KeyRequest request = newKey(MANAGERS);
    assertThat(request.isOf("dORA")).isTrue();
    assertThat(request.isOf("dor")).isFalse();
    Agreement own = agreed(request, "Max", null, 0);
    assertThat(own.isOf("max")).isTrue();
    assertThat(own.isOf("eve")).isFalse();
    Agreement inStead = agreed(request, "Max", "Eve", 0);
    assertThat(inStead.isOf("max")).isTrue();
    assertThat(inStead.isOf("eve")).isTrue();
    assertThat(inStead.isOf("ann")).isFalse();
    assertThat(own.voided().counts()).isFalse();
    assertThat(own.voided().by()).isEqualTo("Max");
  }

  @Test
  void aDelegateStandsInUntilTheEnd() {
    Delegation delegation = new Delegation(5, "eve", "Max", END, NOON);
    assertThat(delegation.isTo("mAX", END.minusMillis(1))).isTrue();
    assertThat(delegation.isTo("max", END)).isFalse();
    assertThat(delegation.isTo("eve", NOON)).isFalse();
    assertThat(delegation.requestId()).isEqualTo(5);
  }

  @Test
  void aCampaignIsOpenUntilItsTimeIsOver() {
    Campaign campaign = new Campaign(4, "spring", "{}", 1, END, "max", NOON);
    assertThat(campaign.remindAt()).as("half the time").isEqualTo("2026-03-05T00:00:00Z");
    assertThat(campaign.isOpen(END.minusMillis(1))).isTrue();
    assertThat(campaign.isOpen(END)).isFalse();
    assertThat(campaign.isClosed()).as("nobody has closed it").isFalse();
    assertThat(campaign.status()).isEqualTo("open");
    assertThat(campaign.organizationId()).isEqualTo(4);
    assertThat(campaign.name()).isEqualTo("spring");
    assertThat(campaign.selection()).isEqualTo("{}");
    assertThat(campaign.dueAt()).isEqualTo(END);
    assertThat(campaign.createdBy()).isEqualTo("max");
    assertThat(campaign.createdAt()).isEqualTo(NOON);
    assertThat(campaign.closedAt()).isNull();
    campaign.close(NOON);
    assertThat(campaign.isOpen(NOON)).isFalse();
    assertThat(campaign.isClosed()).isTrue();
    assertThat(campaign.closedAt()).isEqualTo(NOON);
    assertThat(campaign.remindAt()).isNull();
    Campaign reminded = new Campaign(4, "spring", "{}", 1, END, "max", NOON);
    reminded.reminded();
    assertThat(reminded.remindAt()).isNull();
  }

  @Test
  void aKeyOfACampaignIsOpenUntilSomebodyDecides() {
    CampaignItem item = new CampaignItem(4, 7, "shop", "dora");
    assertThat(item.isOpen()).isTrue();
    assertThat(item.view("dora"))
        .isEqualTo(new Campaigns.ItemView("key-7", "shop", "dora", "open", null, null));
    item.decide("confirmed", "max", NOON);
    assertThat(item.isOpen()).isFalse();
    assertThat(item.status()).isEqualTo("confirmed");
    assertThat(item.view("dora"))
        .isEqualTo(new Campaigns.ItemView("key-7", "shop", "dora", "confirmed", "max", NOON));
    assertThat(item.keyId()).isEqualTo(7);
    assertThat(item.name()).isEqualTo("shop");
    assertThat(item.owner()).isEqualTo("dora");
  }
}
