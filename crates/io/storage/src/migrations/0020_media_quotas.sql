-- How many bytes somebody may keep, and upload within a day, where an administrator has set it apart from what holds
-- for everybody (NULL); 0 sets no bound.
CREATE TABLE media_quotas (
    user_number BIGINT NOT NULL PRIMARY KEY,
    kept_bytes BIGINT,
    day_bytes BIGINT
);

CREATE INDEX blobs_in_quarantine ON blobs (blob_number) WHERE quarantined_at IS NOT NULL;
