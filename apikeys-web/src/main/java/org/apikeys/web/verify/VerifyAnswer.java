package org.apikeys.web.verify;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apikeys.api.verify.DecisionCode;
import org.apikeys.key.KeySnapshot;
import org.apikeys.limit.Adaptation;
import org.apikeys.limit.Allowance;
import org.apikeys.limit.CreditState;
import org.apikeys.permission.ScopeChecks.Said;
import org.apikeys.store.Json;
import org.apikeys.usage.CallIds;
import org.apikeys.verify.Decision;
import org.apikeys.verify.Verifier;
import org.apikeys.verify.Verifier.Explained;
import org.apikeys.verify.Verifier.Explanation;
import org.jspecify.annotations.Nullable;

/**
 * Writes the answer to a verification. By hand, since it is the hot path: the key's part was
 * written when its snapshot was made, and nothing else of a decision can need escaping.
 */
final class VerifyAnswer {
  private VerifyAnswer() {}

  static byte[] of(Decision decision, long callId) {
    return closed(opened(decision, callId));
  }

  /** With what was counted ahead, for a gateway that asked for it. */
  static byte[] of(Decision decision, long callId, Verifier.@Nullable Lent lent) {
    StringBuilder json = opened(decision, callId);
    appendLease(json, lent);
    return closed(json);
  }

  private static void appendLease(StringBuilder json, Verifier.@Nullable Lent lent) {
    json.append(",\"lease\":");
    if (lent == null) {
      json.append("null");
      return;
    }
    json.append("{\"calls\":")
        .append(lent.calls())
        .append(",\"until\":\"")
        .append(Instant.ofEpochMilli(lent.untilMillis()))
        .append("\",\"payload_bytes\":")
        .append(lent.payloadBytes() == Long.MAX_VALUE ? "null" : Long.toString(lent.payloadBytes()))
        .append('}');
  }

  static byte[] of(Explanation explanation) {
    StringBuilder json = opened(explanation.decision(), 0);
    appendChecks(json, explanation.checks(), explanation.plugins());
    return closed(json);
  }

  private static byte[] closed(StringBuilder json) {
    return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
  }

  private static StringBuilder opened(Decision decision, long callId) {
    DecisionCode code = decision.code();
    KeySnapshot key = decision.key();
    StringBuilder json = new StringBuilder(512);
    json.append("{\"valid\":")
        .append(code == DecisionCode.VALID)
        .append(",\"code\":\"")
        .append(code.name())
        .append("\",\"status\":")
        .append(code.status())
        .append(",\"decision_id\":");
    if (callId > 0) {
      json.append('"').append(CallIds.decisionId(callId)).append('"');
    } else {
      json.append("null");
    }
    json.append(",\"key\":").append(key == null ? "null" : key.view()).append(",\"rate_limit\":");
    appendLimit(json, decision.allowance(), key == null ? null : key.counter().adaptation());
    json.append(",\"credits\":");
    appendCredits(json, decision.credits());
    return json;
  }

  private static void appendLimit(
      StringBuilder json, Allowance allowance, @Nullable Adaptation adaptation) {
    if (allowance.window() == null) {
      json.append("null");
      return;
    }
    json.append("{\"limit\":")
        .append(allowance.limit())
        .append(",\"remaining\":")
        .append(allowance.remaining())
        .append(",\"reset_at\":\"")
        .append(Instant.ofEpochMilli(allowance.resetMillis()))
        .append("\",\"window\":\"")
        .append(allowance.window().iso())
        .append('"');
    if (adaptation != null) {
      json.append(",\"tightened\":{\"percent\":")
          .append(adaptation.percent())
          .append(",\"reason\":\"")
          .append(adaptation.reason())
          .append("\"}");
    }
    json.append('}');
  }

  private static void appendCredits(StringBuilder json, @Nullable CreditState credits) {
    if (credits == null) {
      json.append("null");
      return;
    }
    json.append("{\"balance\":").append(credits.balance()).append(",\"refill_at\":");
    if (credits.refillAt() == null) {
      json.append("null}");
    } else {
      json.append('"').append(credits.refillAt()).append("\"}");
    }
  }

  private static void appendChecks(StringBuilder json, List<Explained> checks, List<Said> plugins) {
    json.append(",\"checks\":[");
    for (int i = 0; i < checks.size(); i++) {
      Explained check = checks.get(i);
      json.append(i == 0 ? "" : ",");
      appendCheck(
          json,
          check.check().name().toLowerCase(Locale.ROOT),
          check.passed(),
          '"' + Explanations.of(check.check(), check.passed()) + '"');
      if (check.check() == DecisionCode.INSUFFICIENT_SCOPE) {
        for (Said said : plugins) {
          // what a plugin says is the one text here that may need escaping
          appendCheck(json.append(','), said.check(), said.passed(), Json.write(said.detail()));
        }
      }
    }
    json.append(']');
  }

  private static void appendCheck(
      StringBuilder json, String check, @Nullable Boolean passed, String detail) {
    json.append("{\"check\":\"")
        .append(check)
        .append("\",\"outcome\":\"")
        .append(passed == null ? "skipped" : passed ? "passed" : "failed")
        .append("\",\"detail\":")
        .append(detail)
        .append('}');
  }
}
