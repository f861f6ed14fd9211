package org.apikeys.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DigestsByKeyTest {
  private final DigestsByKey digests = new DigestsByKey();

  @Test
  void knowsEveryDigestOfAKey() {
    digests.add(1, Digest.of("first"));
    digests.add(2, Digest.of("other"));
    digests.add(1, Digest.of("second"));
    digests.add(1, Digest.of("third"));

    assertThat(digests.of(1))
        .containsExactly(Digest.of("first"), Digest.of("second"), Digest.of("third"));
    digests.remove(1, Digest.of("second"));
    digests.remove(1, Digest.of("nobody's"));
    assertThat(digests.of(1)).containsExactly(Digest.of("first"), Digest.of("third"));
    digests.remove(1, Digest.of("first"));
    assertThat(digests.of(1)).containsExactly(Digest.of("third"));
    digests.remove(1, Digest.of("third"));
    assertThat(digests.of(1)).isEmpty();
    assertThat(digests.of(2)).containsExactly(Digest.of("other"));
  }

  @Test
  void keepsADigestThatWasAddedAgainBeforeItsRemovalWasTold() {
    Digest same = Digest.of("same");
    digests.add(1, same);
    digests.add(1, same);

    digests.remove(1, same);

    assertThat(digests.of(1)).containsExactly(same);
  }
}
