package org.apikeys.web.problem;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ejb.EJBException;
import jakarta.persistence.PersistenceException;
import jakarta.persistence.PessimisticLockException;
import jakarta.transaction.SystemException;
import java.sql.SQLException;
import javax.transaction.xa.XAException;
import org.apikeys.api.problem.ProblemType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TranslationTest {

  @ParameterizedTest(name = "{0} is {1}: {2}")
  @CsvSource({
    "08006, STORE_UNAVAILABLE, a broken connection",
    "25006, STORE_UNAVAILABLE, PostgreSQL that takes no changes",
    "25502, STORE_UNAVAILABLE, Derby that takes no changes",
    "40001, STORE_UNAVAILABLE, a transaction that was rolled back",
    "53100, STORE_UNAVAILABLE, PostgreSQL's disk is full",
    "53300, STORE_UNAVAILABLE, PostgreSQL takes no more connections",
    "57P01, STORE_UNAVAILABLE, PostgreSQL stops",
    "58030, STORE_UNAVAILABLE, PostgreSQL's disk is broken",
    "X0Y84, STORE_UNAVAILABLE, Derby's next number is not to be had",
    "XJ040, STORE_UNAVAILABLE, Derby can't be started",
    "XSDG1, STORE_UNAVAILABLE, Derby can't write a page",
    "XSLA4, STORE_UNAVAILABLE, Derby's log can't be written",
    "XSRS7, STORE_UNAVAILABLE, Derby has no room for a copy of itself",
    "23505, CONFLICT, somebody was first",
    "42601, INTERNAL_ERROR, a statement of ours is wrong"
  })
  void tellsAStoreThatCantWorkFromOurMistakes(String state, ProblemType type, String what) {
    Exception failure = new PersistenceException(new SQLException(what, state));

    assertThat(Translation.of(failure).type()).isEqualTo(type);
  }

  @Test
  void aLockThatWasNotGivenSinceTheStoreWentAwayIsNoConflict() {
    Exception away =
        new PessimisticLockException("locked", new SQLException("connection reset", "08006"));

    assertThat(Translation.of(away).type()).isEqualTo(ProblemType.STORE_UNAVAILABLE);
    assertThat(Translation.of(new PessimisticLockException("locked")).type())
        .isEqualTo(ProblemType.CONFLICT);
  }

  @Test
  void ofACommitThatFailedNobodySaysThatNothingWasChanged() {
    Exception failure = new SystemException();
    failure.initCause(new XAException("the log can't be flushed"));

    assertThat(Translation.of(new EJBException(failure)).type())
        .isEqualTo(ProblemType.STORE_UNAVAILABLE);
    assertThat(Translation.of(new EJBException(failure)))
        .hasMessageContaining("may be there or not");
  }
}
