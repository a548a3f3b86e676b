-- `revision` rises with every event written into the room; who read revision n may write n+1 and nobody else.
CREATE TABLE rooms (
    room_number BIGINT NOT NULL PRIMARY KEY,
    room_id TEXT NOT NULL UNIQUE,
    version TEXT NOT NULL,
    revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    published BIGINT NOT NULL
);

-- Types and state keys, each pair numbered once.
CREATE TABLE state_keys (
    state_key_number BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    state_key TEXT NOT NULL,
    UNIQUE (kind, state_key)
);

-- The log. `position` orders the timeline; an event that is known but not in it (an outlier, a rejected or a
-- soft-failed event) has none.
-- `status`: 0 accepted, 1 soft-failed, 2 rejected, 3 outlier. `json` is the PDU as it is sent between servers,
-- pruned when redacted. `line_position` names the line state (see state_intervals) that the state before the
-- event is told against; event_state_differences lists where it differs, for most events nowhere.
CREATE TABLE events (
    event_number BIGINT NOT NULL PRIMARY KEY,
    room_number BIGINT NOT NULL,
    event_id TEXT NOT NULL UNIQUE,
    position BIGINT,
    line_position BIGINT NOT NULL,
    status BIGINT NOT NULL,
    kind TEXT NOT NULL,
    state_key_number BIGINT,
    sender_number BIGINT NOT NULL,
    depth BIGINT NOT NULL,
    origin_server_ts BIGINT NOT NULL,
    redacted_by BIGINT,
    json TEXT NOT NULL
);
CREATE UNIQUE INDEX events_timeline ON events (room_number, position);

-- Accepted redactions that came before what they redact. It is pruned when it comes.
CREATE TABLE early_redactions (
    event_id TEXT NOT NULL,
    redaction_number BIGINT NOT NULL,
    PRIMARY KEY (event_id, redaction_number)
);

CREATE TABLE event_state_differences (
    event_number BIGINT NOT NULL,
    state_key_number BIGINT NOT NULL,
    state_event_number BIGINT,
    PRIMARY KEY (event_number, state_key_number)
);

-- Auth edges of state events only: nothing else is ever in an auth chain.
CREATE TABLE event_auth (
    event_number BIGINT NOT NULL,
    auth_event_number BIGINT NOT NULL,
    PRIMARY KEY (event_number, auth_event_number)
);

-- The line: a room's resolved state as it was after each position. A row holds from `from_position` up to and
-- without `to_position`; the current one ends at 9223372036854775807.
CREATE TABLE state_intervals (
    room_number BIGINT NOT NULL,
    state_key_number BIGINT NOT NULL,
    from_position BIGINT NOT NULL,
    to_position BIGINT NOT NULL,
    event_number BIGINT NOT NULL,
    PRIMARY KEY (room_number, state_key_number, from_position)
);
CREATE INDEX state_intervals_by_end ON state_intervals (room_number, to_position, state_key_number);
CREATE INDEX state_intervals_ended ON state_intervals (to_position) WHERE to_position < 9223372036854775807;
CREATE INDEX state_intervals_by_begin ON state_intervals (room_number, from_position);

CREATE TABLE forward_extremities (
    room_number BIGINT NOT NULL,
    event_number BIGINT NOT NULL,
    PRIMARY KEY (room_number, event_number)
);

-- The current membership of each user in each room, kept with the line. `stripped_state` is what an invite or
-- knock brought along (a JSON array). `forgotten` rooms are hidden until the user comes back.
CREATE TABLE memberships (
    user_number BIGINT NOT NULL,
    room_number BIGINT NOT NULL,
    membership TEXT NOT NULL,
    event_number BIGINT NOT NULL,
    position BIGINT NOT NULL,
    forgotten BIGINT NOT NULL,
    stripped_state TEXT,
    PRIMARY KEY (user_number, room_number)
);
CREATE INDEX memberships_of_room ON memberships (room_number, membership);

CREATE TABLE aliases (
    alias TEXT NOT NULL PRIMARY KEY,
    room_number BIGINT NOT NULL,
    creator_number BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX aliases_of_room ON aliases (room_number);

-- What a device asked under a transaction id has happened: `claim` is device, endpoint with its path, and transaction
-- id in one, `answer` what was said (of an event its id).
CREATE TABLE transaction_ids (
    claim TEXT NOT NULL PRIMARY KEY,
    device_number BIGINT NOT NULL,
    transaction_id TEXT NOT NULL,
    answer TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX transaction_ids_by_answer ON transaction_ids (device_number, answer);
-- For the sweep of old ones.
CREATE INDEX transaction_ids_by_age ON transaction_ids (created_at);
