package org.apikeys.api.alert;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An alert was raised; fired as a CDI event in the transaction that raises it. Further occurrences
 * of an open alert are not told.
 *
 * @param id number of the alert
 * @param organizationId whose it is
 * @param title one short line
 * @param detail a sentence that says what happened
 * @param keyId number of the key that it is about; null when it is about none
 * @param at when it happened
 */
public record AlertRaised(
    long id,
    long organizationId,
    AlertKind kind,
    Severity severity,
    String title,
    String detail,
    @Nullable Long keyId,
    Instant at) {}
