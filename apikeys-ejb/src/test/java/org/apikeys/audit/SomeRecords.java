package org.apikeys.audit;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apikeys.api.audit.Action;
import org.apikeys.api.tenant.Caller;
import org.apikeys.store.TestServices;

/** People who look after the log, and records of what they did. */
final class SomeRecords {
  private SomeRecords() {}

  /** Somebody with every scope, at 192.0.2.7. */
  static Caller person(long id, String name, long organization) {
    return new Caller(
        Caller.Kind.PERSON,
        id,
        name,
        name,
        organization,
        Set.of("admin"),
        Caller.system().scopes(),
        "192.0.2.7",
        "agent",
        null);
  }

  /** So many keys that somebody made, from {@code key-0} on. */
  static void write(TestServices services, Caller actor, int records) {
    write(services, actor, 0, records);
  }

  /** The keys from {@code key-<from>} on that somebody made. */
  static void write(TestServices services, Caller actor, int from, int to) {
    write(
        services,
        IntStream.range(from, to)
            .mapToObj(
                i -> AuditEntry.of(actor, Action.KEY_CREATED).on("key", "key-" + i, "name " + i))
            .toList());
  }

  /** Records that are numbered and signed when this returns. */
  static void write(TestServices services, List<AuditEntry> entries) {
    services.get(AuditLog.class).recordAlone(entries);
    services.get(LogKeeper.class).advance();
  }

  /** So many denials that nobody has numbered yet. */
  static void deny(TestServices services, int records) {
    services
        .get(AuditLog.class)
        .recordAlone(
            IntStream.range(0, records)
                .mapToObj(
                    i ->
                        AuditEntry.of(Caller.system(), Action.ACCESS_DENIED)
                            .on("key", "key-" + i, "name " + i))
                .toList());
  }
}
