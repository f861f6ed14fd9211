package org.apikeys.client.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@SuppressWarnings({
  "EffectivelyPrivate",
  "UnusedMethod",
  "UnusedVariable"
}) // called by no one, only looked at
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

  private static class Overloaded {
    @RequiresScope("of:anything")
    public void take(Object what) {}

    @RequiresScope("of:text")
    public void take(String what) {}

    public void take(Integer what) {}
  }

  private static class Base {
    @RequiresScope("of:base")
    public void stays() {}

    @RequiresScope("of:base")
    public void overridden() {}
  }

  private static class Silent extends Base {
    @Override
    public void overridden() {}
  }

  @RequiresScope("of:class")
  private static class Stricter extends Base {
    @Override
    public void overridden() {}
  }

  @Test
  void oneOverloadSaysNothingOfAnother() throws NoSuchMethodException {
    assertThat(of(Overloaded.class, "take", Object.class)).contains("of:anything");
    assertThat(of(Overloaded.class, "take", String.class)).contains("of:text");
    assertThat(of(Overloaded.class, "take", Integer.class)).isEmpty();
  }

  @Test
  void whatIsNearestCounts() {
    assertThat(required(Silent.class, "overridden")).contains("of:base");
    assertThat(required(Stricter.class, "overridden")).contains("of:class");
    assertThat(required(Stricter.class, "stays")).contains("of:base");
  }

  private static Optional<String> of(Class<?> type, String name, Class<?> parameter)
      throws NoSuchMethodException {
    return Scopes.on(type.getMethod(name, parameter), type).map(RequiresScope::value);
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
