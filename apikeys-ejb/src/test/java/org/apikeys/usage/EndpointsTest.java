package org.apikeys.usage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EndpointsTest {
  private static final long TODAY = 30_000_000;
  private static final long A_DAY = 1_440;

  private final Endpoints endpoints = new Endpoints(300);

  private void call(long keyId, int count) {
    for (int i = 0; i < count; i++) {
      endpoints.summed(keyId, "GET /" + i, TODAY);
    }
  }

  @Test
  void tellsSoManyOfAKeyApart() {
    for (int i = 0; i < Endpoints.MOST_OF_A_KEY; i++) {
      assertThat(endpoints.summed(1, "GET /" + i, TODAY)).isEqualTo("GET /" + i);
    }
    assertThat(endpoints.summed(1, "GET /more", TODAY)).isEqualTo(Cell.MORE);
    assertThat(endpoints.summed(1, "GET /0", TODAY)).as("a known one").isEqualTo("GET /0");
    assertThat(endpoints.summed(2, "GET /more", TODAY)).as("another key").isEqualTo("GET /more");
  }

  @Test
  void beginsAnewEachDay() {
    call(1, Endpoints.MOST_OF_A_KEY);
    assertThat(endpoints.summed(1, "GET /more", TODAY + A_DAY)).isEqualTo("GET /more");
    assertThat(endpoints.size()).isEqualTo(1);
    assertThat(endpoints.summed(1, "GET /late", TODAY)).as("of yesterday").isEqualTo("GET /late");
    assertThat(endpoints.size()).isEqualTo(2);
  }

  @Test
  void cutsALongOne() {
    String longest = "x".repeat(Cell.LONGEST_ENDPOINT);
    assertThat(endpoints.summed(1, longest, TODAY)).isEqualTo(longest);
    assertThat(endpoints.summed(1, longest + "y", TODAY)).isEqualTo(longest);
    assertThat(endpoints.size()).isEqualTo(1);
  }

  @Test
  void blanksAtTheEndMakeNoOther() {
    assertThat(endpoints.summed(1, "GET /a", TODAY)).isEqualTo("GET /a");
    assertThat(endpoints.summed(1, "GET /a ", TODAY)).isEqualTo("GET /a");
    assertThat(endpoints.summed(1, "x".repeat(Cell.LONGEST_ENDPOINT - 1) + " y", TODAY))
        .isEqualTo("x".repeat(Cell.LONGEST_ENDPOINT - 1));
    assertThat(endpoints.summed(1, "  ", TODAY)).isEmpty();
    assertThat(endpoints.size()).isEqualTo(2);
  }

  @Test
  void remembersNothingOfCallsWithoutAnEndpoint() {
    assertThat(endpoints.summed(1, null, TODAY)).isEmpty();
    assertThat(endpoints.summed(2, "", TODAY)).isEmpty();
    assertThat(endpoints.size()).isZero();
  }

  @Test
  void forgetsThoseOfTheKeyThatWasCalledLongestAgo() {
    call(1, 100);
    call(2, 200);
    assertThat(endpoints.size()).isEqualTo(300);
    endpoints.summed(1, "GET /0", TODAY);
    call(3, 1);
    assertThat(endpoints.size()).as("of 1 and 3").isEqualTo(101);
    assertThat(endpoints.summed(2, "GET /more", TODAY)).as("forgotten").isEqualTo("GET /more");
  }

  @Test
  void isBoundedForAsManyKeysAsThereAre() {
    for (long key = 0; key < 10_000; key++) {
      call(key, 3);
      assertThat(endpoints.size()).isLessThanOrEqualTo(300);
    }
  }
}
