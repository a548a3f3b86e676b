-- Pushers: where notifications of an account are sent. `data` is the JSON object that the client gave, its
-- `url` included.
CREATE TABLE pushers (
    pusher_number BIGINT NOT NULL PRIMARY KEY,
    user_number BIGINT NOT NULL,
    device_number BIGINT NOT NULL,
    app_id TEXT NOT NULL,
    pushkey TEXT NOT NULL,
    app_display_name TEXT NOT NULL,
    device_display_name TEXT NOT NULL,
    profile_tag TEXT,
    lang TEXT NOT NULL,
    data TEXT NOT NULL,
    set_at BIGINT NOT NULL,
    UNIQUE (app_id, pushkey, user_number)
);
CREATE INDEX pushers_of_user ON pushers (user_number);
CREATE INDEX pushers_of_device ON pushers (device_number);

-- What is owed to pushers that fell behind: what came after the position `behind_since` of the log was not
-- sent. For all others the cursor of the follower `push` says how far they are. `failures` in a row, the first
-- at `failing_since`; the next try is due at `retry_at`.
CREATE TABLE pusher_debts (
    pusher_number BIGINT NOT NULL PRIMARY KEY,
    behind_since BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    failing_since BIGINT NOT NULL,
    retry_at BIGINT NOT NULL
);

-- What notified somebody, newest first in each room: the list of notifications, and what pushers send.
CREATE INDEX notices_in_order ON notices (room_number, position);
