-- The device of each account that receives while nobody is signed in (MSC3814). It is in `devices` like any other;
-- `data` is what its owner alone can open, JSON.
CREATE TABLE dehydrated_devices (
    user_number BIGINT NOT NULL PRIMARY KEY,
    device_number BIGINT NOT NULL UNIQUE,
    data TEXT NOT NULL
);

-- Events to be sent later (MSC4140). `claim` is the sender's transaction id with its place; state events have none.
-- A row with `finalised_at` was sent (`event_id`), failed (`error`) or was cancelled (neither); it stays for a while,
-- so that who asks again is told. `taken` is 1 while it is being sent: then nobody cancels it.
CREATE TABLE delayed_events (
    delay_number BIGINT NOT NULL PRIMARY KEY,
    delay_id TEXT NOT NULL UNIQUE,
    user_number BIGINT NOT NULL,
    device_number BIGINT NOT NULL,
    claim TEXT UNIQUE,
    room_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    state_key TEXT,
    content TEXT NOT NULL,
    delay_ms BIGINT NOT NULL,
    running_since_at BIGINT NOT NULL,
    send_at BIGINT NOT NULL,
    taken BIGINT NOT NULL,
    finalised_at BIGINT,
    event_id TEXT,
    error TEXT
);
CREATE INDEX delayed_events_scheduled ON delayed_events (send_at) WHERE finalised_at IS NULL;
CREATE INDEX delayed_events_of_user ON delayed_events (user_number, send_at);
CREATE INDEX delayed_events_finalised ON delayed_events (finalised_at);
