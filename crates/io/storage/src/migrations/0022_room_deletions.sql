-- Rooms that an administrator closed for good, and how far their deletion came: a stage is begun again where it was
-- broken off. After
-- `begun_position` people left the room and nothing else happened in it; 0 before that is sure. A row with `blocked` stays when nothing else of
-- the room is left.
-- `stage`: 0 people are taken out and files removed, 1 everything else is erased, 2 only what tells people that they
-- have left is there, 3 nothing is.
CREATE TABLE room_deletions (
    room_id TEXT NOT NULL PRIMARY KEY,
    room_number BIGINT NOT NULL,
    stage BIGINT NOT NULL,
    begun_at BIGINT NOT NULL,
    begun_position BIGINT NOT NULL,
    reason TEXT NOT NULL,
    with_media BIGINT NOT NULL,
    blocked BIGINT NOT NULL
);

-- What was scheduled and sent is kept with the room alone.
UPDATE delayed_events SET content = '' WHERE finalised_at IS NOT NULL;

-- Which events have a state key: what no event has any more goes.
CREATE INDEX events_of_state_key ON events (state_key_number) WHERE state_key_number IS NOT NULL;
