package least;

import jakarta.annotation.sql.DataSourceDefinition;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;

@DataSourceDefinition(
    name = "java:app/jdbc/least",
    className = "org.apache.derby.jdbc.EmbeddedDataSource",
    databaseName = "memory:least",
    properties = "createDatabase=create")
@Stateless
public class Things {
  @PersistenceContext private EntityManager store;

  public long count() {
    return store.createQuery("SELECT COUNT(t) FROM Thing t", Long.class).getSingleResult();
  }
}
