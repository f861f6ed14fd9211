package org.apikeys.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * Who calls: the key, by its digest, so that none is kept; and where it calls from, for keys whose
 * restrictions look at that.
 *
 * @param alone whether it is the key alone
 */
record Identity(
    long first,
    long second,
    long third,
    long fourth,
    boolean alone,
    @Nullable String ip,
    @Nullable String referrer) {
  private static final ThreadLocal<MessageDigest> SHA256 =
      ThreadLocal.withInitial(Identity::sha256);

  /** The key alone. */
  static Identity of(Call call) {
    byte[] key = call.key().getBytes(StandardCharsets.UTF_8);
    ByteBuffer digest = ByteBuffer.wrap(SHA256.get().digest(key));
    return new Identity(
        digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong(), true, null, null);
  }

  /** The same key, from where the call comes. */
  Identity from(Call call) {
    return new Identity(first, second, third, fourth, false, call.ip(), call.referrer());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
