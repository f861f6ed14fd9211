package org.apikeys.verify;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** SHA-256 of a presented key: what it is looked up by in memory, so that no key rests there. */
final class Digest {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private static final ThreadLocal<MessageDigest> SHA256 =
      ThreadLocal.withInitial(
          () -> {
            try {
              return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
              throw new IllegalStateException("the platform has no SHA-256", e);
            }
          });

  private final byte[] bytes;

  private Digest(byte[] bytes) {
    this.bytes = bytes;
  }

  static Digest of(String key) {
    return new Digest(SHA256.get().digest(key.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Digest that && MessageDigest.isEqual(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return (int) INTS.get(bytes, 0);
  }
}
