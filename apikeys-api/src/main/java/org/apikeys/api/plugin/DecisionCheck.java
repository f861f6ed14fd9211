package org.apikeys.api.plugin;

/**
 * Takes part in decisions: of a scope that a key holds it says whether it counts for one call.
 *
 * <p>It is asked when a call needs a scope that the check is declared for and the key holds that
 * scope, and at no other time: a call that does not concern it never waits for it, and a key
 * without its scopes does not even know of it. A refusal means that the scope is not held for this
 * call, so that the call is denied with {@code INSUFFICIENT_SCOPE} unless something else that it
 * accepts is held. A check never makes a scope held.
 *
 * <p>A check is pure: it looks at what it is given, keeps nothing, asks nobody, and may be called
 * by many threads at a time. It answers within microseconds. One that throws, answers null, or
 * takes longer than the operator allows ({@code apikeys.plugins.check-time-limit}) refuses, and its
 * plugin is quarantined with all that it brings.
 *
 * <p>It is called by a thread of its own kind, so that it can't see the caller's context. {@code
 * explain} asks it as well, so it can't know whether the answer counts.
 */
@FunctionalInterface
public interface DecisionCheck {

  /**
   * Judges one scope for one call.
   *
   * @param scope a scope that the check is declared for, that the call needs and the key holds
   * @param call what is known of the call
   */
  Verdict judge(String scope, CheckedCall call);
}
