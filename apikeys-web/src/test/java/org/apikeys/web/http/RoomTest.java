package org.apikeys.web.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apikeys.api.problem.ProblemException;
import org.junit.jupiter.api.Test;

class RoomTest {
  private final Room room = new Room(4, 2, "caller");

  private void come(String who, String... open) {
    room.require(List.of(open), who::equals);
  }

  @Test
  void leavesPlacesToOthers() {
    assertThatCode(() -> come("a", "a")).doesNotThrowAnyException();
    assertThatCode(() -> come("b", "a", "a")).doesNotThrowAnyException();
    assertThatThrownBy(() -> come("a", "a", "a"))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("2 listeners of one caller");
  }

  @Test
  void hasAnEnd() {
    assertThatThrownBy(() -> come("c", "a", "a", "b", "b"))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("as many listeners as it takes");
  }
}
