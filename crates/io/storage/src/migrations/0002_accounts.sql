-- Every user this server has heard of, local or remote. `users.user_number` is what other tables name.
-- Numbers of rows are log positions: unique, never used twice.
CREATE TABLE users (
    user_number BIGINT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL UNIQUE
);

-- Local accounts. `password_hash` is argon2id's PHC text; without one nobody signs in by password.
CREATE TABLE accounts (
    user_number BIGINT NOT NULL PRIMARY KEY,
    password_hash TEXT,
    admin BIGINT NOT NULL,
    guest BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    deactivated_at BIGINT,
    erased BIGINT NOT NULL,
    locked BIGINT NOT NULL,
    suspended BIGINT NOT NULL
);

CREATE TABLE devices (
    device_number BIGINT NOT NULL PRIMARY KEY,
    user_number BIGINT NOT NULL,
    device_id TEXT NOT NULL,
    display_name TEXT,
    created_at BIGINT NOT NULL,
    UNIQUE (user_number, device_id)
);

-- When and from where a device last called; written rarely and many at a time, hence apart from `devices`.
CREATE TABLE device_sightings (
    device_number BIGINT NOT NULL PRIMARY KEY,
    seen_at BIGINT NOT NULL,
    seen_ip TEXT NOT NULL
);

-- An access token and the refresh token given with it. Only hashes are kept: SHA-256 of the token's
-- text. `expires_at` is the access token's. `replaces` names the row this one was refreshed from: until
-- either token of this row is used, that row stays good, so that a lost answer can be asked for again.
CREATE TABLE tokens (
    access_hash BYTEA NOT NULL PRIMARY KEY,
    refresh_hash BYTEA UNIQUE,
    device_number BIGINT NOT NULL,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT,
    replaces BYTEA
);
CREATE INDEX tokens_of_device ON tokens (device_number);

-- Tokens that sign another device in, once.
CREATE TABLE login_tokens (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    user_number BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX login_tokens_of_user ON login_tokens (user_number);

-- `value` is JSON. Which fields exist is the specification's and the user's affair.
CREATE TABLE profile_fields (
    user_number BIGINT NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user_number, field)
);

-- `room_number` 0 is account data of no room. `position` says when it changed, for sync.
CREATE TABLE account_data (
    user_number BIGINT NOT NULL,
    room_number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    content TEXT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (user_number, room_number, kind)
);
CREATE INDEX account_data_changes ON account_data (user_number, position);
