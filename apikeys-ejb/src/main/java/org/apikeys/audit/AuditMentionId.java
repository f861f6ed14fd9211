package org.apikeys.audit;

import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What identifies an {@link AuditMention}. */
public class AuditMentionId implements Serializable {
  private @Nullable String subject;
  private long sequence;

  public AuditMentionId() {}

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AuditMentionId that
        && sequence == that.sequence
        && Objects.equals(subject, that.subject);
  }

  @Override
  public int hashCode() {
    return Objects.hash(subject, sequence);
  }
}
