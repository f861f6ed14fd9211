package org.apikeys.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Who calls, from where: everything that a decision depends on beside scopes and payload. A digest,
 * so that no key is kept.
 */
record Identity(long first, long second, long third, long fourth) {
  private static final ThreadLocal<MessageDigest> SHA256 =
      ThreadLocal.withInitial(Identity::sha256);

  static Identity of(Call call) {
    // a line break is part of none of them: visible characters alone are let through to here
    String text = call.key() + '\n' + call.ip() + '\n' + call.referrer();
    ByteBuffer digest = ByteBuffer.wrap(SHA256.get().digest(text.getBytes(StandardCharsets.UTF_8)));
    return new Identity(digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
