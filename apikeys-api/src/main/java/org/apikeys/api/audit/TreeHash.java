package org.apikeys.api.audit;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * A hash in the tree, and the bytes that it is made over (RFC 6962 section 2.1): a leaf is {@code
 * SHA-256(0x00 ‖ bytes)}, a node {@code SHA-256(0x01 ‖ left ‖ right)}. The prefixes keep a node
 * from being passed off as a leaf.
 */
public final class TreeHash {
  /** Length of a hash in bytes. */
  public static final int LENGTH = 32;

  /** The root of the tree without leaves: SHA-256 of nothing. */
  public static final TreeHash EMPTY = new TreeHash(sha256().digest());

  private static final byte LEAF = 0x00;
  private static final byte NODE = 0x01;

  private final byte[] bytes;

  private TreeHash(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The hash of a leaf. */
  public static TreeHash ofLeaf(byte[] leaf) {
    MessageDigest sha256 = sha256();
    sha256.update(LEAF);
    return new TreeHash(sha256.digest(leaf));
  }

  /** The hash of a node over its two children. */
  public static TreeHash ofNode(TreeHash left, TreeHash right) {
    MessageDigest sha256 = sha256();
    sha256.update(NODE);
    sha256.update(left.bytes);
    return new TreeHash(sha256.digest(right.bytes));
  }

  /**
   * A hash that was made earlier.
   *
   * @throws IllegalArgumentException when it has not {@link #LENGTH} bytes
   */
  public static TreeHash ofBytes(byte[] hash) {
    if (hash.length != LENGTH) {
      throw new IllegalArgumentException("a hash has " + LENGTH + " bytes");
    }
    return new TreeHash(hash.clone());
  }

  /**
   * A hash that was written as base64 (RFC 4648 section 4).
   *
   * @throws IllegalArgumentException when it is no base64 of {@link #LENGTH} bytes
   */
  public static TreeHash ofBase64(String text) {
    TreeHash hash = ofBytes(Base64.getDecoder().decode(text));
    if (!hash.base64().equals(text)) {
      throw new IllegalArgumentException("not the one way to write this hash");
    }
    return hash;
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  public String base64() {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the platform has no SHA-256", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TreeHash hash && Arrays.equals(bytes, hash.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return base64();
  }
}
