package org.apikeys.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StoreWatchTest {
  private final AtomicBoolean answers = new AtomicBoolean(true);
  private final AtomicInteger opened = new AtomicInteger();
  private @Nullable Error failure;
  private final StoreWatch watch =
      new StoreWatch(
          new StoreWatch.Probe() {
            @Override
            public void ask() throws SQLException {
              if (failure != null) {
                throw failure;
              }
              if (!answers.get()) {
                throw new SQLException("no answer", "08006");
              }
            }

            @Override
            public void close() {}
          });

  /** A connection that knows nothing but whether it was broken. */
  private Connection connection() {
    opened.incrementAndGet();
    AtomicBoolean broken = new AtomicBoolean();
    return (Connection)
        Proxy.newProxyInstance(
            StoreWatchTest.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (self, method, arguments) ->
                switch (method.getName()) {
                  case "abort" -> {
                    broken.set(true);
                    yield null;
                  }
                  case "isClosed" -> broken.get();
                  case "hashCode" -> System.identityHashCode(self);
                  case "equals" -> self == arguments[0];
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private void look(int times) {
    for (int i = 0; i < times; i++) {
      watch.look();
    }
  }

  @Test
  void breaksEveryConnectionToAStoreThatHangsAndMakesNoneUntilItAnswers() throws SQLException {
    Connection one = watch.connect(this::connection);
    answers.set(false);
    look(StoreWatch.MOST_FAILURES - 1);
    assertThat(one.isClosed()).as("after too few questions").isFalse();
    Connection another = watch.connect(this::connection);
    look(1);

    assertThat(one.isClosed()).isTrue();
    assertThat(another.isClosed()).isTrue();
    assertThatThrownBy(() -> watch.connect(this::connection))
        .isInstanceOf(SQLTransientConnectionException.class);
    assertThat(opened).as("the store is not even asked").hasValue(2);

    answers.set(true);
    look(1);
    assertThat(watch.connect(this::connection).isClosed()).isFalse();
  }

  @Test
  void goesOnAskingAfterAnError() throws SQLException {
    failure = new OutOfMemoryError("for a moment");
    look(StoreWatch.MOST_FAILURES);
    assertThat(watch.isAway()).isTrue();
    failure = null;
    look(1);
    assertThat(watch.connect(this::connection).isClosed()).isFalse();
  }

  @Test
  void bearsAPauseNowAndThen() throws SQLException {
    Connection one = watch.connect(this::connection);
    for (int i = 0; i < 10; i++) {
      answers.set(false);
      look(StoreWatch.MOST_FAILURES - 1);
      answers.set(true);
      look(1);
    }
    assertThat(one.isClosed()).isFalse();
  }

  @Test
  void breaksAConnectionThatWasBegunBeforeTheHangWasFound() {
    answers.set(false);
    assertThatThrownBy(
            () ->
                watch.connect(
                    () -> {
                      look(StoreWatch.MOST_FAILURES);
                      return connection();
                    }))
        .isInstanceOf(SQLTransientConnectionException.class);
    assertThat(opened).hasValue(1);
  }
}
