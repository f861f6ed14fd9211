package org.apikeys.web.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apikeys.api.problem.ProblemException;
import org.apikeys.usage.Ranking;

/** Whatever is sent as a cursor, it says where a list goes on, or is refused. */
class RankingCursorFuzzTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @FuzzTest
  void readsACursorOrRefusesIt(byte[] data) {
    try {
      Ranking ranking = RankingCursor.read(new String(data, StandardCharsets.UTF_8), NOW);
      assertThat(RankingCursor.read(RankingCursor.of(ranking), NOW)).isEqualTo(ranking);
    } catch (ProblemException e) {
      assertThat(e.status()).isEqualTo(400);
    }
  }
}
