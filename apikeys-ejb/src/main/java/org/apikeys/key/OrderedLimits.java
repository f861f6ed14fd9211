package org.apikeys.key;

import java.util.List;
import java.util.Objects;
import org.apikeys.api.problem.FieldError;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.limit.CreditRule;
import org.apikeys.limit.RateLimits;
import org.jspecify.annotations.Nullable;

/**
 * The limits and credits that an order of a key comes to, by what its type and organization have by
 * default and may have at the most.
 */
final class OrderedLimits {
  private static final String LIMITS = "rate_limits.";
  private static final String UNLIMITED = "unlimited";

  private final LimitRules rules;

  OrderedLimits(LimitRules rules) {
    this.rules = rules;
  }

  /**
   * The order with every limit said.
   *
   * @param before what the key has already
   * @param type of the ordered key
   */
  KeyConfiguration complete(
      long organization, KeyConfiguration order, KeyConfiguration before, KeyType type) {
    return order
        .withLimits(limits(organization, order, before, type))
        .withCredits(credits(order, before.credits()));
  }

  private RateLimits limits(
      long organization, KeyConfiguration order, KeyConfiguration before, KeyType type) {
    RateLimits standard = rules.standard(type, order.type(), organization);
    RateLimits wanted = limits(order, standard);
    boolean same = order.type().equals(before.type()) && wanted.equals(before.rateLimits());
    LimitRule rule = rules.boundOf(order.type(), organization);
    if (same || rule == null || rule.most() == null) {
      return wanted;
    }
    boolean given = order.rateLimits() != null || order.rateLimit() != null || order.unlimited();
    return given ? wanted.filledFrom(rule.most()) : wanted.cappedBy(rule.most());
  }

  private static RateLimits limits(KeyConfiguration order, RateLimits standard) {
    RateLimits given = order.rateLimits();
    boolean unlimited = order.unlimited() || (given != null && given.hasNoLimit());
    if (unlimited) {
      if (order.rateLimit() != null || (given != null && given.limitsAnything())) {
        throw ProblemException.invalid(
            order.unlimited() ? UNLIMITED : LIMITS + UNLIMITED, "can't be true beside a limit");
      }
      return RateLimits.NO_LIMIT;
    }
    if (given == null) {
      return order.rateLimit() == null ? standard : RateLimits.perMinute(order.rateLimit());
    }
    if (given.missing() != null) {
      throw ProblemException.invalid(LIMITS + given.missing(), "is required");
    }
    if (order.rateLimit() != null && !order.rateLimit().equals(given.perMinute())) {
      throw ProblemException.invalid(
          "rate_limit", "must equal rate_limits.requests.per_minute when both are given");
    }
    return given.complete(standard);
  }

  /**
   * No more than the bound of its type and organization, where nobody may approve of more. What a
   * key has already stays.
   */
  void requireWithinBound(
      long organization, KeyConfiguration key, KeyConfiguration before, KeyConfiguration order) {
    LimitRule rule = rules.boundOf(key.type(), organization);
    boolean had = key.type().equals(before.type()) && key.limits().equals(before.rateLimits());
    if (rule == null || rule.most() == null || rule.approvals() != null || had) {
      return;
    }
    List<FieldError> wrong =
        key.limits().beyond(rule.most()).stream()
            .filter(one -> !isNoMore(one, key, before))
            .map(one -> order.rateLimits() == null ? named(one) : one)
            .toList();
    if (!wrong.isEmpty()) {
      throw ProblemException.invalid(wrong);
    }
  }

  /** Whether a key that was beyond the bound in a field already asks for no more of it. */
  private static boolean isNoMore(FieldError field, KeyConfiguration key, KeyConfiguration before) {
    return before.rateLimits() != null
        && key.type().equals(before.type())
        && key.limits().beyond(before.rateLimits()).stream()
            .noneMatch(one -> one.field().equals(field.field()));
  }

  /** As it was named by whoever gave calls a minute alone, or no limit at all. */
  private static FieldError named(FieldError error) {
    return switch (error.field()) {
      case LIMITS + "requests.per_minute" -> new FieldError("rate_limit", error.message());
      case LIMITS + UNLIMITED -> new FieldError(UNLIMITED, error.message());
      default -> error;
    };
  }

  /** The credits with a balance: the given one, or the present one, or a first refill. */
  private static @Nullable CreditRule credits(KeyConfiguration order, @Nullable CreditRule before) {
    CreditRule given = order.credits();
    if (given == null || given.balance() != null) {
      return given;
    }
    if (before != null && before.balance() != null) {
      return given.withBalance(before.balance());
    }
    if (given.refill() == null) {
      throw ProblemException.invalid("credits.balance", "is required");
    }
    return given.withBalance(Objects.requireNonNull(given.refill().amount()));
  }
}
