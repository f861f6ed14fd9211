package org.apikeys.request;

import java.time.Instant;
import java.util.Set;
import org.apikeys.key.KeyConfiguration;
import org.apikeys.key.KeyProposals;
import org.jspecify.annotations.Nullable;

/**
 * All that a request consists of when it is made.
 *
 * @param askedBy the people behind the asking call
 * @param change the change of a key; null when a new one is wanted
 * @param wanted the wanted configuration
 * @param sealedTo public key (JWK) that the key is to be sealed to; null to claim it in clear
 * @param userAddress e-mail address of the user whose one key this is to be; null for any key
 */
record Submission(
    RequestKind kind,
    Set<String> askedBy,
    String subject,
    @Nullable String justification,
    KeyProposals.@Nullable Change change,
    KeyConfiguration wanted,
    @Nullable String sealedTo,
    @Nullable String userAddress,
    Judgement judgement,
    Instant expiresAt) {}
