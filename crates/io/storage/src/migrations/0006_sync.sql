-- Filters that accounts have stored. The same filter of an account keeps its number.
CREATE TABLE filters (
    filter_number BIGINT NOT NULL PRIMARY KEY,
    user_number BIGINT NOT NULL,
    definition_hash BYTEA NOT NULL,
    definition TEXT NOT NULL,
    UNIQUE (user_number, definition_hash)
);

-- Up to where somebody has read. `kind`: 0 implied (the user's own event, or their join; nobody is told),
-- 1 m.read, 2 m.read.private. `thread` is the thread id of the receipt, '' for one of no thread.
-- `event_position` is the event's place in the timeline, `position` when the receipt changed, for sync.
CREATE TABLE receipts (
    room_number BIGINT NOT NULL,
    user_number BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    thread TEXT NOT NULL,
    event_id TEXT NOT NULL,
    event_position BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (room_number, user_number, kind, thread)
);
CREATE INDEX receipts_changes ON receipts (room_number, position);

-- What each event adds to unread counts. Rows of user 0 count for everybody who has the default push rules,
-- except the sender; rows of a user (a mention) add to those of user 0. `thread` is '' in the main timeline.
CREATE TABLE notices (
    room_number BIGINT NOT NULL,
    thread TEXT NOT NULL,
    position BIGINT NOT NULL,
    user_number BIGINT NOT NULL,
    sender_number BIGINT NOT NULL,
    notify BIGINT NOT NULL,
    highlight BIGINT NOT NULL,
    PRIMARY KEY (room_number, thread, position, user_number)
);

-- How far along the log those have come who follow it.
CREATE TABLE follower_cursors (
    follower TEXT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL
);
