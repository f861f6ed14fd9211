package org.apikeys.api.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class KeyAlphabetTest {

  @Test
  void knowsHowManyCharactersAChecksumTakes() {
    assertThat(KeyAlphabet.BASE62.checksumLength()).isEqualTo(6);
    assertThat(new KeyAlphabet("0123456789").checksumLength()).isEqualTo(10);
    assertThat(new KeyAlphabet("0123456789abcdef").checksumLength()).isEqualTo(8);
    assertThat(new KeyAlphabet("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567").checksumLength()).isEqualTo(7);
  }

  @Test
  void padsAChecksumWithItsZero() {
    assertThat(KeyAlphabet.BASE62.write(61, 6)).isEqualTo("00000z");
    assertThat(KeyAlphabet.BASE62.write(0xFFFFFFFFL, 6)).isEqualTo("4gfFC3");
    assertThat(KeyAlphabet.BASE62.endsWith("00000z", 0, 61)).isTrue();
    assertThat(KeyAlphabet.BASE62.endsWith("00000z", 0, 62)).isFalse();
  }

  @Test
  void refusesTooFewRepeatedOrForeignCharacters() {
    for (String symbols :
        new String[] {"", "012345678", "01234567890", "0123456789_", "012345678\u0663"}) {
      assertThatIllegalArgumentException().isThrownBy(() -> new KeyAlphabet(symbols));
    }
  }

  @Test
  void equalsAnAlphabetOfTheSameCharactersInTheSameOrder() {
    assertThat(new KeyAlphabet("0123456789")).isEqualTo(new KeyAlphabet("0123456789"));
    assertThat(new KeyAlphabet("0123456789")).isNotEqualTo(new KeyAlphabet("1234567890"));
  }
}
