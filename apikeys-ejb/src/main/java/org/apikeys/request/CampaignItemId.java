package org.apikeys.request;

import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What identifies a {@link CampaignItem}. */
public class CampaignItemId implements Serializable {
  private long campaignId;
  private long keyId;

  public CampaignItemId() {}

  CampaignItemId(long campaignId, long keyId) {
    this.campaignId = campaignId;
    this.keyId = keyId;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CampaignItemId that
        && campaignId == that.campaignId
        && keyId == that.keyId;
  }

  @Override
  public int hashCode() {
    return Objects.hash(campaignId, keyId);
  }
}
