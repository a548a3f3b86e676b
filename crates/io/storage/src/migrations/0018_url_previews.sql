-- What was found at a URL at a time, as clients are told it (JSON). The URL itself is not kept: only its SHA-256.
CREATE TABLE url_previews (
    url_sha256 BYTEA NOT NULL,
    fetched_at BIGINT NOT NULL,
    preview TEXT NOT NULL,
    PRIMARY KEY (url_sha256, fetched_at)
);
CREATE INDEX url_previews_by_time ON url_previews (fetched_at);
