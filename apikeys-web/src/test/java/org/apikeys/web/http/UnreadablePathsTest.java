package org.apikeys.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.apikeys.api.problem.ProblemException;
import org.apikeys.api.problem.ProblemType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnreadablePathsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "*",
        "/api/v1/api-keys",
        "/api/v1//api-keys;x",
        "/api/v1/%2e%2E/%2F",
        "/a/../b/./..",
        "/a..b/...",
        "/%25zz",
        "/gr%C3%B6%c3%9fe/%F0%9F%94%91",
        "/\u00c3\u00b6",
        "/%7f%01"
      })
  void leavesWhatCanBeReadToTheContainer(String path) {
    assertThat(UnreadablePaths.problem(path)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/%",
        "/a%",
        "/a%2",
        "/a%zz",
        "/a%2z",
        "/%u0041",
        "/%+1",
        "/%00",
        "/\u0000",
        "/%c0%ae",
        "/%ff",
        "/\u00ff",
        "/%e2%82",
        "/%ed%a0%80",
        "/%f5%80%80%80"
      })
  void refusesWhatNobodyCanRead(String path) {
    assertThat(UnreadablePaths.problem(path))
        .extracting(ProblemException::type)
        .isEqualTo(ProblemType.VALIDATION_FAILED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a\\b", "/a%5Cb", "/..", "/../x", "/%2e%2e/x", "/a/../../x", "/./../x"})
  void knowsNothingBesideOrAboveTheRoot(String path) {
    assertThat(UnreadablePaths.problem(path))
        .extracting(ProblemException::type)
        .isEqualTo(ProblemType.NOT_FOUND);
  }
}
