-- How many keys a campaign asks about: counted while they are decided, some would be missed or counted twice.
ALTER TABLE campaign ADD COLUMN total BIGINT DEFAULT 0 NOT NULL;
UPDATE campaign SET total = (SELECT COUNT(*) FROM campaign_item i WHERE i.campaign_id = campaign.id);
