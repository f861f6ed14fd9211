package org.apikeys.verify;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 of a presented key: what it is looked up by in memory, so that no key rests there. Four
 * numbers, since an array would be half as large again.
 */
final class Digest {
  private static final int BYTES = 32;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final ThreadLocal<Maker> MAKER = ThreadLocal.withInitial(Maker::new);

  /** What one thread makes digests with. */
  private static final class Maker {
    private final MessageDigest sha256;
    private final byte[] made = new byte[BYTES];

    Maker() {
      try {
        sha256 = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("the platform has no SHA-256", e);
      }
    }

    Digest make(String key) {
      try {
        sha256.update(key.getBytes(StandardCharsets.UTF_8));
        sha256.digest(made, 0, BYTES);
        return new Digest(made);
      } catch (DigestException e) {
        throw new IllegalStateException("SHA-256 has another length", e);
      }
    }
  }

  private final long first;
  private final long second;
  private final long third;
  private final long fourth;

  private Digest(byte[] bytes) {
    first = (long) LONGS.get(bytes, 0);
    second = (long) LONGS.get(bytes, 8);
    third = (long) LONGS.get(bytes, 16);
    fourth = (long) LONGS.get(bytes, 24);
  }

  static Digest of(String key) {
    return MAKER.get().make(key);
  }

  /** A digest that is there already, as 64 hexadecimal digits. */
  static Digest ofHex(String digits) {
    byte[] bytes = HexFormat.of().parseHex(digits);
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a digest has 64 hexadecimal digits");
    }
    return new Digest(bytes);
  }

  /** In constant time. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Digest that
        && ((first ^ that.first)
                | (second ^ that.second)
                | (third ^ that.third)
                | (fourth ^ that.fourth))
            == 0;
  }

  @Override
  public int hashCode() {
    return (int) (first >>> 32);
  }
}
