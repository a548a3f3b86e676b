-- Threads that a person follows, or followed once. `position` says when that changed last, for sync, and for deciding
-- whether an event that would have them followed again came later.
CREATE TABLE thread_subscriptions (
    user_number BIGINT NOT NULL,
    room_number BIGINT NOT NULL,
    thread TEXT NOT NULL,
    subscribed BIGINT NOT NULL,
    automatic BIGINT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (user_number, room_number, thread)
);
CREATE INDEX thread_subscriptions_changes ON thread_subscriptions (user_number, position);
