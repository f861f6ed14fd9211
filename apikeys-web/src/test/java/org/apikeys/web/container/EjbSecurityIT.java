package org.apikeys.web.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.ejb.EJBAccessException;
import jakarta.inject.Inject;
import java.io.File;
import org.apikeys.api.tenant.Caller;
import org.apikeys.audit.AuditReader;
import org.apikeys.audit.EventFilter;
import org.apikeys.key.KeyFilter;
import org.apikeys.key.KeyReader;
import org.apikeys.tenant.Directory;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The doors are guarded themselves: code in the server that has not authenticated as somebody with
 * the right scope is refused by the EJB container, whatever caller it names.
 */
@ExtendWith(ArquillianExtension.class)
class EjbSecurityIT {
  @Inject
  @SuppressWarnings("NullAway.Init")
  KeyReader keys;

  @Inject
  @SuppressWarnings("NullAway.Init")
  AuditReader audit;

  @Inject
  @SuppressWarnings("NullAway.Init")
  Directory directory;

  @Deployment
  static WebArchive war() {
    return ShrinkWrap.createFromZipFile(
        WebArchive.class, new File(System.getProperty("apikeys.war", "")));
  }

  @Test
  void refusesToListKeys() {
    assertThrows(
        EJBAccessException.class, () -> keys.list(Caller.system(), KeyFilter.LATEST_USED, 1, 10));
  }

  @Test
  void refusesToShowTheAuditLog() {
    EventFilter all = EventFilter.ANY;
    assertThrows(EJBAccessException.class, () -> audit.list(Caller.system(), all, 10));
  }

  @Test
  void refusesToShowAPerson() {
    assertThrows(EJBAccessException.class, () -> directory.read(Caller.system(), 1));
  }

  @Test
  void answersWhatEveryDecisionNeeds() {
    assertTrue(directory.stateOf("admin").isPresent());
    assertEquals("admin", directory.stateOf("ADMIN").orElseThrow().username());
  }
}
