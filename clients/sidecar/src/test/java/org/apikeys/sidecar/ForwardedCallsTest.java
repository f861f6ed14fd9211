package org.apikeys.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apikeys.api.permission.Scope;
import org.apikeys.api.permission.ScopeExpression;
import org.apikeys.client.Call;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardedCallsTest {
  private static final ForwardedCalls CALLS =
      new ForwardedCalls(
          Settings.read(
              Map.of(
                  "APIKEYS_SIDECAR_SERVER",
                  "http://127.0.0.1:8080",
                  "APIKEYS_SIDECAR_KEY",
                  "sk_live_secret"),
              null));

  private static Optional<Call> read(@Nullable String query) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().add(Header.API_KEY.lower(), "sk_1");
    return CALLS.read(new AskedWith(headers, query));
  }

  @Test
  void needsEveryScopeAsAnExpressionOfItsOwn() {
    ScopeExpression needed =
        read("scope=a:read%20or%20a:write&scope=b:read").map(Call::needed).orElseThrow();
    assertThat(needed.isSatisfiedBy(Set.of(Scope.parse("a:read"))::contains)).isFalse();
    assertThat(
            needed.isSatisfiedBy(Set.of(Scope.parse("a:write"), Scope.parse("b:read"))::contains))
        .isTrue();
    assertThat(read(null)).isPresent();
    assertThat(read("uri=/agents?scopes=x")).isPresent();
  }

  @Test
  void asksAboutTheResourceThatIsNamed() {
    assertThat(read("scope=a:read&resource=projects%2F42/eu").map(Call::resource))
        .contains("projects/42/eu");
    assertThat(read("resource=projects/42").orElseThrow().resource()).isNull();
    assertThat(read("scope=a:read&res%6furce=projects/42").orElseThrow().resource()).isNull();
  }

  @Test
  void passesOverWhatIsTheClientsOwn() {
    assertThat(read("scope=a:read&page=2&q=")).isPresent();
    assertThat(read("page=2")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "scope=a:read)%20or%20(a:write&scope=x:y",
        "scope",
        "scope=",
        "scope=a:read&scope",
        "scopes=a:read",
        "Scope=a:read",
        "scope=a:read&resource=a/1&resource=b/2"
      })
  void leavesToTheServerWhatItMustRefuse(String query) {
    assertThat(read(query)).isEmpty();
  }
}
