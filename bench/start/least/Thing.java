package least;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

@Entity
public class Thing {
  @Id private long id;
  private String name;

  protected Thing() {}

  Thing(long id, String name) {
    this.id = id;
    this.name = name;
  }

  public String name() {
    return name;
  }
}
