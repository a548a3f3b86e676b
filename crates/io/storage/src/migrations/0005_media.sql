-- Stored bytes, one row for each distinct content: several files may share it. `blob_key` names the
-- file in the blob store, which is there before the row is and gone after the row is. What is in quarantine is
-- shown to nobody, whoever uploads it again, and stays.
CREATE TABLE blobs (
    blob_number BIGINT NOT NULL PRIMARY KEY,
    blob_key TEXT NOT NULL UNIQUE,
    sha256 BYTEA NOT NULL UNIQUE,
    size_bytes BIGINT NOT NULL,
    quarantined_at BIGINT
);

-- What an mxc URI names. Created before its upload it has no `blob_number` yet, and ends at `expires_at`; so does
-- what is only kept for a while. `user_number` is who uploads, NULL where the server fetched it itself;
-- `size_bytes` is what counts for its uploader.
CREATE TABLE media (
    media_number BIGINT NOT NULL PRIMARY KEY,
    server_name TEXT NOT NULL,
    media_id TEXT NOT NULL,
    user_number BIGINT,
    blob_number BIGINT,
    size_bytes BIGINT NOT NULL,
    content_type TEXT,
    file_name TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    UNIQUE (server_name, media_id)
);
CREATE INDEX media_of_blob ON media (blob_number) WHERE blob_number IS NOT NULL;
CREATE INDEX media_of_user ON media (user_number, created_at, size_bytes) WHERE user_number IS NOT NULL;
CREATE INDEX media_awaited ON media (user_number, expires_at) WHERE blob_number IS NULL;
CREATE INDEX media_expiring ON media (expires_at) WHERE expires_at IS NOT NULL;

-- What is shown for a blob where a smaller picture is asked for: `thumbnail_number` is a picture made
-- of it, or the blob itself where it is small enough. `method` is 'crop' or 'scale'; width and height
-- are the box that was asked for, not what came out, 0 for none. `animated` is 1 where moving
-- pictures were welcome.
CREATE TABLE thumbnails (
    blob_number BIGINT NOT NULL,
    method TEXT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    animated BIGINT NOT NULL,
    thumbnail_number BIGINT NOT NULL,
    content_type TEXT NOT NULL,
    PRIMARY KEY (blob_number, method, width, height, animated)
);
CREATE INDEX thumbnails_by_blob ON thumbnails (thumbnail_number);
