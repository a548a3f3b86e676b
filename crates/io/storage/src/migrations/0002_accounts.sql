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
    last_seen_at BIGINT,
    last_seen_ip TEXT,
    UNIQUE (user_number, device_id)
);

-- Only hashes of tokens are kept: SHA-256 of the token's bytes.
CREATE TABLE access_tokens (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    device_number BIGINT NOT NULL,
    expires_at BIGINT,
    refreshed_by BYTEA
);
CREATE INDEX access_tokens_of_device ON access_tokens (device_number);

-- A refresh token is used once; `next_hash` names the one that followed it, so that a lost answer can be asked again.
CREATE TABLE refresh_tokens (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    device_number BIGINT NOT NULL,
    next_hash BYTEA
);
CREATE INDEX refresh_tokens_of_device ON refresh_tokens (device_number);

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
