-- What people report to the administrators: an event (then its room, too), a room or a user. A report that was
-- dealt with has `closed_at`. Numbers are log positions.
CREATE TABLE reports (
    report_number BIGINT NOT NULL PRIMARY KEY,
    reporter_number BIGINT NOT NULL,
    room_id TEXT,
    event_id TEXT,
    user_id TEXT,
    reason TEXT NOT NULL,
    reported_at BIGINT NOT NULL,
    closed_at BIGINT
);
CREATE INDEX reports_open ON reports (report_number) WHERE closed_at IS NULL;
CREATE INDEX reports_of_reporter ON reports (reporter_number) WHERE closed_at IS NULL;

-- The room in which the server itself writes to a person.
CREATE TABLE notice_rooms (
    user_number BIGINT NOT NULL PRIMARY KEY,
    room_id TEXT NOT NULL
);

-- Up to which position of its timeline the messages of a room are purged for their age.
CREATE TABLE purged_rooms (
    room_number BIGINT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL
);
