-- Where a room stands among others: the positions of its newest event, and of its newest event that people
-- take for activity (sliding sync's `bump_stamp`). Written with the revision, so that they cost nothing.
ALTER TABLE rooms ADD COLUMN last_position BIGINT NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN bump_position BIGINT NOT NULL DEFAULT 0;
UPDATE rooms SET
    last_position = COALESCE((SELECT MAX(e.position) FROM events e WHERE e.room_number = rooms.room_number), 0),
    bump_position = COALESCE((SELECT MAX(e.position) FROM events e WHERE e.room_number = rooms.room_number
        AND e.kind IN ('m.room.create', 'm.room.message', 'm.room.encrypted', 'm.sticker', 'm.call.invite',
                       'm.poll.start', 'org.matrix.msc3381.poll.start', 'm.beacon_info',
                       'org.matrix.msc3672.beacon_info')), 0);

-- Sliding sync's connections: one for each `conn_id` of a device; one that begins anew has a new number.
CREATE TABLE sliding_connections (
    connection_number BIGINT NOT NULL PRIMARY KEY,
    device_number BIGINT NOT NULL,
    conn_id TEXT NOT NULL,
    UNIQUE (device_number, conn_id)
);

-- What a connection has been told, as of a version of it: the one that the client goes on from, and the one that
-- it was offered last. Positions of the log are no part of it: they are in the client's token.
CREATE TABLE sliding_versions (
    connection_number BIGINT NOT NULL,
    version BIGINT NOT NULL,
    told BYTEA NOT NULL,
    PRIMARY KEY (connection_number, version)
);

-- Which receipts stand at an event: a client that is new to a room is told those of the events it is shown.
CREATE INDEX receipts_of_event ON receipts (event_id);
