package org.apikeys.key;

import java.time.Instant;

/** A trial of a key at rest. */
public record KeyTrial(long keyId, TrialProposal proposal, Instant startedAt, Instant endsAt) {}
