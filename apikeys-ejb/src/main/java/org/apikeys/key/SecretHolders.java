package org.apikeys.key;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.PeopleBehind;

/**
 * Knows in whose hands the secrets of keys are. A key acts for its owner, but whoever was handed
 * its secret can make it act; where people have to be different ones, all of them count.
 */
@ApplicationScoped
public class SecretHolders implements PeopleBehind {
  private static final Pattern KEY = Pattern.compile("key-([1-9][0-9]{0,17})");

  private final ApiKeys keys;
  private final Clock clock;

  @Inject
  SecretHolders(ApiKeys keys, Clock clock) {
    this.keys = keys;
    this.clock = clock;
  }

  @SuppressWarnings("NullAway")
  protected SecretHolders() {
    keys = null;
    clock = null;
  }

  /**
   * The person, or the owner of the key and everybody who was handed a secret of it that still
   * works.
   */
  @Override
  public Set<String> behind(Caller caller) {
    Set<String> people = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    if (caller.kind() != Caller.Kind.SYSTEM) {
      people.add(caller.owner());
    }
    if (caller.kind() == Caller.Kind.KEY) {
      addHolders(caller.id(), people);
    }
    return people;
  }

  private void addHolders(long keyId, Set<String> people) {
    ApiKey key = keys.byId(keyId).orElse(null);
    if (key == null) {
      return;
    }
    people.add(key.owner());
    Instant now = clock.instant();
    for (KeySecret secret : keys.secretsOf(keyId)) {
      if (secret.worksAt(now)) {
        List<String> handedTo = secret.handedTo();
        if (handedTo == null) {
          addMaker(key, people);
        } else {
          people.addAll(handedTo);
        }
      }
    }
  }

  /** Of secrets of before it was noted: whoever created the key, in person or by another key. */
  private void addMaker(ApiKey key, Set<String> people) {
    people.add(key.createdBy());
    Matcher maker = KEY.matcher(key.createdBy());
    // a key is made by one that was there before, and a person may be called like a key
    if (maker.matches() && Long.parseLong(maker.group(1)) < key.id()) {
      addHolders(Long.parseLong(maker.group(1)), people);
    }
  }
}
