package org.apikeys.web.verify;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.hot.Rendered;
import org.apikeys.key.KeySnapshot;
import org.apikeys.limit.Adaptation;
import org.apikeys.limit.Allowance;
import org.apikeys.limit.CreditState;
import org.apikeys.limit.Window;
import org.apikeys.limit.WindowLimits;
import org.apikeys.permission.ScopeChecks.Said;
import org.apikeys.store.Json;
import org.apikeys.usage.CallIds;
import org.apikeys.verify.Decision;
import org.apikeys.verify.Verifier;
import org.apikeys.verify.Verifier.Explained;
import org.apikeys.verify.Verifier.Explanation;
import org.apikeys.web.access.KeyAuthentication;
import org.jspecify.annotations.Nullable;

/**
 * Writes the answer to a verification. By hand, since it is the hot path: what the key's part shows
 * was written when its snapshot was made, and nothing else of a decision can need escaping.
 */
final class VerifyAnswer {
  private record Spelled(long millis, String text) {}

  private static volatile Spelled latest = new Spelled(0, Instant.EPOCH.toString());

  private VerifyAnswer() {}

  static AnswerBytes of(Decision decision, long callId) {
    return opened(decision, callId).ascii('}');
  }

  /**
   * With what a gateway asked for that decides about the next calls itself.
   *
   * @param lent what was counted ahead; null for nothing
   * @param withLease whether it asked for calls
   * @param withTerms whether it answers in the server's place
   */
  static AnswerBytes of(
      Decision decision,
      long callId,
      Verifier.@Nullable Lent lent,
      boolean withLease,
      boolean withTerms,
      long now) {
    AnswerBytes json = opened(decision, callId);
    if (withLease) {
      appendLease(json, lent);
    }
    if (withTerms) {
      appendTerms(json, decision, now);
    }
    return json.ascii('}');
  }

  /** What else the answer of a proxy's question shows, and what the decision depends on. */
  private static void appendTerms(AnswerBytes json, Decision decision, long now) {
    KeySnapshot key = decision.key();
    if (key == null) {
      json.ascii(",\"terms\":null");
      return;
    }
    json.ascii(",\"terms\":{\"limits\":[");
    WindowLimits limits = key.presentLimits();
    boolean first = true;
    for (Window window : limits.limited()) {
      json.ascii(first ? "" : ",")
          .ascii("{\"window\":\"")
          .ascii(window.iso())
          .ascii("\",\"limit\":")
          .number(limits.of(window))
          .ascii('}');
      first = false;
    }
    json.ascii("],\"retry_after\":");
    long wait = KeyAuthentication.waitSeconds(decision, now);
    if (wait == 0) {
      json.ascii("null");
    } else {
      json.number(wait);
    }
    boolean byAddress = !key.addresses().isOpen();
    boolean byReferrer = !key.referrers().isOpen();
    json.ascii(",\"varies_by\":[")
        .ascii(byAddress ? "\"ip\"" : "")
        .ascii(byAddress && byReferrer ? "," : "")
        .ascii(byReferrer ? "\"referrer\"" : "")
        .ascii("]}");
  }

  private static void appendLease(AnswerBytes json, Verifier.@Nullable Lent lent) {
    json.ascii(",\"lease\":");
    if (lent == null) {
      json.ascii("null");
      return;
    }
    json.ascii("{\"calls\":")
        .number(lent.calls())
        .ascii(",\"until\":\"")
        .ascii(Instant.ofEpochMilli(lent.untilMillis()).toString())
        .ascii("\",\"payload_bytes\":");
    if (lent.payloadBytes() == Long.MAX_VALUE) {
      json.ascii("null");
    } else {
      json.number(lent.payloadBytes());
    }
    json.ascii('}');
  }

  static AnswerBytes of(Explanation explanation) {
    AnswerBytes json = opened(explanation.decision(), 0);
    appendChecks(json, explanation.checks(), explanation.plugins());
    return json.ascii('}');
  }

  private static AnswerBytes opened(Decision decision, long callId) {
    DecisionCode code = decision.code();
    KeySnapshot key = decision.key();
    AnswerBytes json = new AnswerBytes();
    json.ascii(code == DecisionCode.VALID ? "{\"valid\":true" : "{\"valid\":false")
        .ascii(",\"code\":\"")
        .ascii(code.name())
        .ascii("\",\"status\":")
        .number(code.status())
        .ascii(",\"decision_id\":");
    if (callId > 0) {
      json.ascii('"').ascii(CallIds.decisionId(callId, key == null ? 0 : key.id())).ascii('"');
    } else {
      json.ascii("null");
    }
    json.ascii(",\"key\":");
    if (key == null) {
      json.ascii("null");
    } else {
      json.key(key);
    }
    json.ascii(",\"rate_limit\":");
    appendLimit(json, decision.allowance(), key == null ? null : key.counter().adaptation());
    json.ascii(",\"credits\":");
    appendCredits(json, decision.credits());
    return json;
  }

  private static void appendLimit(
      AnswerBytes json, Allowance allowance, @Nullable Adaptation adaptation) {
    if (allowance.window() == null) {
      json.ascii("null");
      return;
    }
    json.ascii("{\"limit\":")
        .number(allowance.limit())
        .ascii(",\"remaining\":")
        .number(allowance.remaining())
        .ascii(",\"reset_at\":\"")
        .ascii(spelled(allowance.resetMillis()))
        .ascii("\",\"window\":\"")
        .ascii(allowance.window().iso())
        .ascii('"');
    if (adaptation != null) {
      json.ascii(",\"tightened\":{\"percent\":")
          .number(adaptation.percent())
          .ascii(",\"reason\":\"")
          .ascii(adaptation.reason())
          .ascii("\"}");
    }
    json.ascii('}');
  }

  /** An instant as text; most keys' windows end at the same one. */
  private static String spelled(long millis) {
    Spelled known = latest;
    if (known.millis != millis) {
      known = new Spelled(millis, Instant.ofEpochMilli(millis).toString());
      latest = known;
    }
    return known.text;
  }

  private static void appendCredits(AnswerBytes json, @Nullable CreditState credits) {
    if (credits == null) {
      json.ascii("null");
      return;
    }
    json.ascii("{\"balance\":").number(credits.balance()).ascii(",\"refill_at\":");
    if (credits.refillAt() == null) {
      json.ascii("null}");
    } else {
      json.ascii('"').ascii(credits.refillAt().toString()).ascii("\"}");
    }
  }

  private static void appendChecks(AnswerBytes json, List<Explained> checks, List<Said> plugins) {
    json.ascii(",\"checks\":[");
    for (int i = 0; i < checks.size(); i++) {
      Explained check = checks.get(i);
      json.ascii(i == 0 ? "" : ",");
      appendCheck(
          json,
          check.check().name().toLowerCase(Locale.ROOT),
          check.passed(),
          '"' + Explanations.of(check.check(), check.passed()) + '"');
      if (check.check() == DecisionCode.INSUFFICIENT_SCOPE) {
        for (Said said : plugins) {
          // what a plugin says is the one text here that may need escaping
          appendCheck(json.ascii(','), said.check(), said.passed(), Json.write(said.detail()));
        }
      }
    }
    json.ascii(']');
  }

  private static void appendCheck(
      AnswerBytes json, String check, @Nullable Boolean passed, String detail) {
    json.ascii("{\"check\":\"")
        .ascii(check)
        .ascii("\",\"outcome\":\"")
        .ascii(passed == null ? "skipped" : passed ? "passed" : "failed")
        .ascii("\",\"detail\":")
        .rendered(new Rendered(detail))
        .ascii('}');
  }
}
