package org.apikeys.crypto;

import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;

/** Where randomness comes from. */
@ApplicationScoped
public class SecretSource {
  private final SecureRandom random = new SecureRandom();

  /** Characters drawn evenly from the alphabet. */
  public String characters(int length, String alphabet) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  public byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
