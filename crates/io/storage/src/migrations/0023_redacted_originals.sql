-- What redacted events said, where it is kept for a while for those who moderate their rooms: `json` is the event as it
-- was before its redaction, to be gone at `until_at`.
CREATE TABLE redacted_originals (
    event_number BIGINT NOT NULL PRIMARY KEY,
    json TEXT NOT NULL,
    until_at BIGINT NOT NULL
);
CREATE INDEX redacted_originals_by_end ON redacted_originals (until_at);
