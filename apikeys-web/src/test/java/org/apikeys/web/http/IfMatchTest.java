package org.apikeys.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class IfMatchTest {
  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "*", " * "})
  void asksForNothing(@Nullable String header) {
    assertThat(IfMatch.of(header).any()).isTrue();
    assertThat(IfMatch.of(header).allows("\"v1\"")).isTrue();
  }

  @Test
  void takesAnyMemberOfAList() {
    IfMatch sent = IfMatch.of(",\"v1\" , W/\"v2\",,\"a,b\",");
    assertThat(sent.any()).isFalse();
    assertThat(sent.tags()).containsExactly("\"v1\"", "\"a,b\"");
    assertThat(sent.allows("\"v1\"")).isTrue();
    assertThat(sent.allows("\"v2\"")).as("a weak one").isFalse();
    assertThat(sent.allows("\"v3\"")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"v1", "\"v1\" \"v2\"", "\"v1\", v2", "*, \"v1\"", "\"v1", "w/\"v1\"", "\"v 1\""})
  void matchesNothingWhereItIsNoList(String header) {
    assertThat(IfMatch.of(header)).isEqualTo(new IfMatch(false, java.util.List.of()));
  }
}
