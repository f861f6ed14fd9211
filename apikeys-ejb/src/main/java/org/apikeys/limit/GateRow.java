package org.apikeys.limit;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** What has been used of the limits of a key beyond plain windows, as JSON. */
@Entity
@Table(name = "limit_state")
class GateRow {
  @Id
  @Column(name = "api_key_id")
  private long keyId;

  private String state;

  @SuppressWarnings("NullAway.Init") // the provider sets every column
  protected GateRow() {}

  GateRow(long keyId, String state) {
    this.keyId = keyId;
    this.state = state;
  }

  String state() {
    return state;
  }

  void change(String now) {
    state = now;
  }
}
