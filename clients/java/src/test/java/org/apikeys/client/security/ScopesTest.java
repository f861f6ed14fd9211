package org.apikeys.client.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@SuppressWarnings({"EffectivelyPrivate", "UnusedMethod"}) // called by no one, only looked at
class ScopesTest {
  private static class Plain {
    public void inherited() {}

    public void overridden() {}
  }

  @RequiresScope("of:class")
  private static class Guarded extends Plain {
    public void own() {}

    @Override
    public void overridden() {}

    @RequiresScope("of:method")
    public void stricter() {}
  }

  /** As containers make them. */
  private static class Proxied extends Guarded {}

  private interface Contract<T> {
    @RequiresScope("of:interface")
    void take(T what);

    void free();
  }

  private static class Implementation implements Contract<List<String>> {
    @Override
    public void take(List<String> what) {}

    @Override
    public void free() {}
  }

  @RequiresScope("of:stereotype")
  @Retention(RetentionPolicy.RUNTIME)
  private @interface ForAgents {}

  @ForAgents
  private static class Stereotyped {
    public void own() {}
  }

  @Test
  void theClassCountsForItsOwnMethodsAndForInheritedOnes() {
    for (Class<?> type : List.of(Guarded.class, Proxied.class)) {
      assertThat(required(type, "own")).contains("of:class");
      assertThat(required(type, "inherited")).contains("of:class");
      assertThat(required(type, "overridden")).contains("of:class");
      assertThat(required(type, "stricter")).contains("of:method");
    }
    assertThat(required(Plain.class, "inherited")).isEmpty();
  }

  @Test
  void anInterfaceCountsForThoseWhoImplementIt() {
    assertThat(required(Implementation.class, "take")).contains("of:interface");
    assertThat(required(Implementation.class, "free")).isEmpty();
  }

  @Test
  void aStereotypeCountsAsTheClass() {
    assertThat(required(Stereotyped.class, "own")).contains("of:stereotype");
  }

  private static Optional<String> required(Class<?> type, String name) {
    Method method =
        Arrays.stream(type.getMethods())
            .filter(each -> each.getName().equals(name) && !each.isBridge())
            .findFirst()
            .orElseThrow();
    return Scopes.on(method, type).map(RequiresScope::value);
  }
}
