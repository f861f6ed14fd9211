package org.apikeys.api.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class KeyFormatTest {
  private static final KeyFormat FORMAT = KeyFormat.DEFAULT;
  private static final String KEY = "sk_live_a1b2c3d4_0123456789ABCDEFGHIJabcdef2TeXKT";

  private static final List<Environment> ENVIRONMENTS = List.of(Environment.values());

  private final Random random = new Random(20260101);

  @Test
  void writesTheFormatOfTheDocumentation() {
    String key =
        FORMAT.compose(false, Environment.PRODUCTION, "a1b2c3d4" + "0123456789ABCDEFGHIJabcdef");

    assertThat(key).isEqualTo(KEY);
    assertThat(key.substring(key.lastIndexOf('_') + 1)).hasSize(32);
  }

  @Test
  void readsWhatTheKeySaysAboutItself() {
    assertThat(FORMAT.parse(KEY))
        .contains(new ParsedKey(false, Environment.PRODUCTION, "sk_live_a1b2c3d4"));
  }

  @Test
  void readsBackEveryKeyThatItWrites() {
    for (int i = 0; i < 2_000; i++) {
      boolean publishable = random.nextBoolean();
      Environment environment = ENVIRONMENTS.get(random.nextInt(ENVIRONMENTS.size()));
      String characters = randomCharacters(FORMAT);

      String key = FORMAT.compose(publishable, environment, characters);

      String visible = key.substring(0, key.lastIndexOf('_'));
      assertThat(FORMAT.parse(key)).contains(new ParsedKey(publishable, environment, visible));
      assertThat(visible)
          .isEqualTo(
              (publishable ? "pk_" : "sk_")
                  + environment.label()
                  + "_"
                  + characters.substring(0, 8));
    }
  }

  @Test
  void endsInTheChecksumOfEverythingBeforeIt() {
    for (int i = 0; i < 500; i++) {
      String key = FORMAT.compose(true, Environment.STAGING, randomCharacters(FORMAT));
      CRC32 crc = new CRC32();
      crc.update(key.substring(0, key.length() - 6).getBytes(StandardCharsets.US_ASCII));

      long written = 0;
      for (char digit : key.substring(key.length() - 6).toCharArray()) {
        written = written * 62 + KeyAlphabet.BASE62.symbols().indexOf(digit);
      }

      assertThat(written).isEqualTo(crc.getValue());
    }
  }

  @Test
  void refusesAKeyWithAnyOneCharacterChanged() {
    for (int i = 0; i < KEY.length(); i++) {
      for (char other : "0Zz_*".toCharArray()) {
        if (KEY.charAt(i) != other) {
          StringBuilder changed = new StringBuilder(KEY);
          changed.setCharAt(i, other);
          assertRefused(changed.toString());
        }
      }
    }
  }

  @Test
  void refusesAKeyWithTwoNeighboursSwapped() {
    for (int i = 0; i + 1 < KEY.length(); i++) {
      if (KEY.charAt(i) != KEY.charAt(i + 1)) {
        StringBuilder swapped = new StringBuilder(KEY);
        swapped.setCharAt(i, KEY.charAt(i + 1));
        swapped.setCharAt(i + 1, KEY.charAt(i));
        assertRefused(swapped.toString());
      }
    }
  }

  @Test
  void refusesAKeyInAnotherCase() {
    assertRefused(KEY.toLowerCase(Locale.ROOT));
    assertRefused(KEY.toUpperCase(Locale.ROOT));
    assertRefused("SK" + KEY.substring(2));
  }

  @Test
  void refusesAKeyCutShortOrGrown() {
    for (int end = 0; end < KEY.length(); end++) {
      assertRefused(KEY.substring(0, end));
    }
    for (String grown :
        new String[] {KEY + "0", "0" + KEY, KEY + " ", " " + KEY, KEY + "\n", KEY + KEY}) {
      assertRefused(grown);
    }
  }

  @Test
  void refusesDigitsAndLettersOfOtherScripts() {
    assertRefused(KEY.replace('1', '\u0661')); // Arabic-Indic one
    assertRefused(KEY.replace('a', '\u0430')); // Cyrillic a
    assertRefused(KEY.replace('A', '\uff21')); // full-width A
    // Same low byte: a checksum over bytes cut from the characters would not see it.
    assertRefused(KEY.replace('0', '\u0130'));
  }

  @Test
  void refusesAKeyOfAnUnknownEnvironmentOrKind() {
    assertRefused(KEY.replace("live", "prod"));
    assertRefused(KEY.replace("live", "test"));
    assertRefused(KEY.replace("sk_", "rk_"));
    assertRefused(KEY.replace("sk_", "pk_"));
    assertRefused(KEY.replace("live", ""));
    assertRefused("sk_live_");
    assertRefused("sk_");
    assertRefused("");
  }

  @Test
  void letsNoGarbledKeyThrough() {
    for (int i = 0; i < 5_000; i++) {
      StringBuilder text = new StringBuilder(KEY);
      int changes = 1 + random.nextInt(4);
      for (int change = 0; change < changes; change++) {
        text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(0x10000));
      }
      text.setLength(random.nextInt(text.length() + 1));
      assertRefused(text.toString());
    }
  }

  @Test
  void tellsAKeyFromAToken() {
    assertThat(FORMAT.looksLikeKey(KEY)).isTrue();
    assertThat(FORMAT.looksLikeKey("pk_whatever")).isTrue();
    assertThat(FORMAT.looksLikeKey("eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln")).isFalse();
    assertThat(FORMAT.looksLikeKey("sk-live")).isFalse();
    assertThat(FORMAT.looksLikeKey("sk")).isFalse();
    assertThat(FORMAT.looksLikeKey("")).isFalse();
  }

  @Test
  void takesRandomCharactersOfTheRightNumberAndAlphabetOnly() {
    String good = randomCharacters(FORMAT);
    for (String bad : new String[] {"", good + "0", good.substring(1), good.substring(1) + "_"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> FORMAT.compose(false, Environment.PRODUCTION, bad))
          .withMessageNotContaining(good.substring(1));
    }
  }

  @Test
  void worksWithPrefixesLengthsAndAlphabetOfOnesOwn() {
    KeyAlphabet hex = new KeyAlphabet("0123456789abcdef");
    KeyFormat format = new KeyFormat("secret", "open", 4, 40, hex);
    for (int i = 0; i < 500; i++) {
      String key = format.compose(i % 2 == 0, Environment.DEVELOPMENT, randomCharacters(format));

      assertThat(key).matches("(secret|open)_dev_[0-9a-f]{4}_[0-9a-f]{40}");
      assertThat(format.isWellFormed(key)).isTrue();
      assertThat(FORMAT.isWellFormed(key)).isFalse();
    }
  }

  @Test
  void needs128RandomBits() {
    KeyAlphabet hex = new KeyAlphabet("0123456789abcdef");
    assertThat(new KeyFormat("sk", "pk", 8, 24 + 8, hex).randomLength()).isEqualTo(32);
    refuses(8, 24 + 7, hex, "128 random bits");
    refuses(4, 17 + 6, KeyAlphabet.BASE62, "128 random bits");
    refuses(32, 2 + 6, KeyAlphabet.BASE62, "secret part");
  }

  @Test
  void boundsItsLengths() {
    refuses(3, 32, KeyAlphabet.BASE62, "public part");
    refuses(33, 32, KeyAlphabet.BASE62, "public part");
    refuses(8, 6, KeyAlphabet.BASE62, "checksum");
    refuses(8, Integer.MIN_VALUE, KeyAlphabet.BASE62, "checksum");
    refuses(8, 129, KeyAlphabet.BASE62, "128");
  }

  @Test
  void needsTwoPlainAndDifferentPrefixes() {
    for (String prefix : new String[] {"", "pk", "SK", "s_k", "1k", "s-k", "abcdefghijk"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new KeyFormat(prefix, "pk", 8, 32, KeyAlphabet.BASE62));
    }
  }

  private static void refuses(
      int publicLength, int secretLength, KeyAlphabet alphabet, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KeyFormat("sk", "pk", publicLength, secretLength, alphabet))
        .withMessageContaining(why);
  }

  private static void assertRefused(String text) {
    assertThat(FORMAT.isWellFormed(text)).as(text).isFalse();
    assertThat(FORMAT.parse(text)).as(text).isEmpty();
  }

  private String randomCharacters(KeyFormat format) {
    String symbols = format.alphabet().symbols();
    StringBuilder text = new StringBuilder();
    while (text.length() < format.randomLength()) {
      text.append(symbols.charAt(random.nextInt(symbols.length())));
    }
    return text.toString();
  }
}
