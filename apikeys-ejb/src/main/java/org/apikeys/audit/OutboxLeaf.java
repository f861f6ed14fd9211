package org.apikeys.audit;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A record that was committed with its change and has no place in the log yet. */
@Entity
@Table(name = "audit_outbox")
@SuppressWarnings("UnusedVariable") // the provider reads it
class OutboxLeaf {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private long id;

  private byte[] leaf;

  protected OutboxLeaf() {
    leaf = new byte[0];
  }

  OutboxLeaf(byte[] leaf) {
    this.leaf = leaf.clone();
  }
}
