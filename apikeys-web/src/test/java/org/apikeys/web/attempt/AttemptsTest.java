package org.apikeys.web.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.ejb.EJBException;
import jakarta.interceptor.InvocationContext;
import jakarta.persistence.PersistenceException;
import java.io.ByteArrayInputStream;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apikeys.api.audit.Recorded;
import org.junit.jupiter.api.Test;

class AttemptsTest {
  private final Committed committed = new Committed();
  private final Attempts attempts = new Attempts(committed);
  private int made;

  /** A call that fails so often as the store says. */
  private InvocationContext call(int failures, RuntimeException failure, Object... parameters) {
    return (InvocationContext)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {InvocationContext.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("getParameters")) {
                return parameters;
              }
              assertThat(method.getName()).isEqualTo("proceed");
              if (++made <= failures) {
                throw failure;
              }
              return "answer";
            });
  }

  private static RuntimeException failure(String state) {
    return new EJBException(new PersistenceException(new SQLException("as told", state)));
  }

  private void commit() {
    committed.onRecorded(
        new Recorded(
            1, "key.created", Instant.EPOCH, "admin", null, null, null, null, null, Map.of()));
  }

  @Test
  void aCallThatTheStoreBrokeOffIsMadeAgain() throws Exception {
    for (String state : List.of("40001", "40XL1", "40P01")) {
      made = 0;
      assertThat(attempts.attempt(call(2, failure(state), 1L))).isEqualTo("answer");
      assertThat(made).isEqualTo(3);
    }
  }

  @Test
  void notForEver() {
    RuntimeException failure = failure("40001");
    assertThatThrownBy(() -> attempts.attempt(call(3, failure))).isSameAs(failure);
    assertThat(made).isEqualTo(3);
  }

  @Test
  void whatElseGoesWrongIsTold() {
    for (RuntimeException failure :
        List.of(failure("23505"), failure("08006"), new IllegalStateException("40001"))) {
      made = 0;
      assertThatThrownBy(() -> attempts.attempt(call(1, failure))).isSameAs(failure);
      assertThat(made).isEqualTo(1);
    }
  }

  @Test
  void notWhenAPartOfItIsCommitted() {
    RuntimeException failure = failure("40001");
    InvocationContext call = call(9, failure);
    InvocationContext inParts =
        (InvocationContext)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {InvocationContext.class},
                (proxy, method, arguments) -> {
                  commit();
                  return call.proceed();
                });
    assertThatThrownBy(() -> attempts.attempt(inParts)).isSameAs(failure);
    assertThat(made).isEqualTo(1);
  }

  @Test
  void whatWasCommittedBeforeTheCallDoesNotCount() throws Exception {
    commit();
    assertThat(attempts.attempt(call(1, failure("40001")))).isEqualTo("answer");
  }

  @Test
  void notWhenItsBodyIsReadFromTheWire() {
    RuntimeException failure = failure("40001");
    assertThatThrownBy(
            () -> attempts.attempt(call(1, failure, new ByteArrayInputStream(new byte[1]))))
        .isSameAs(failure);
    assertThat(made).isEqualTo(1);
  }
}
