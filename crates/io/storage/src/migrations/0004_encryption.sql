-- Keys of devices and users, to-device messages, key backups. JSON is canonical, so equal texts are equal keys.

-- What a device published about itself, without `unsigned`, with every signature that everybody may see.
CREATE TABLE device_keys (
    device_number BIGINT NOT NULL PRIMARY KEY,
    json TEXT NOT NULL
);

-- The last time a user's devices or keys changed as others see them.
CREATE TABLE device_list_changes (
    user_number BIGINT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL
);
CREATE INDEX device_list_changes_in_order ON device_list_changes (position);

-- Keys to be handed out once each, the lowest number first. `key_id` is `<algorithm>:<name>`. A key that was handed
-- out stays for a while with `claimed_at`, so that an upload asked again cannot bring it back.
CREATE TABLE one_time_keys (
    key_number BIGINT NOT NULL PRIMARY KEY,
    device_number BIGINT NOT NULL,
    algorithm TEXT NOT NULL,
    key_id TEXT NOT NULL,
    json TEXT NOT NULL,
    claimed_at BIGINT,
    UNIQUE (device_number, key_id)
);
CREATE INDEX one_time_keys_unclaimed ON one_time_keys (device_number, algorithm, key_number) WHERE claimed_at IS NULL;

-- The key handed out when no one-time key is left; `used` once it was.
CREATE TABLE fallback_keys (
    device_number BIGINT NOT NULL,
    algorithm TEXT NOT NULL,
    key_id TEXT NOT NULL,
    json TEXT NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (device_number, algorithm)
);

-- `usage` is `master`, `self_signing` or `user_signing`. `json` has every signature that everybody may see.
CREATE TABLE cross_signing_keys (
    user_number BIGINT NOT NULL,
    usage TEXT NOT NULL,
    public_key TEXT NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (user_number, usage)
);

-- What users' user-signing keys say about other users' master keys: only the signer ever sees it.
CREATE TABLE user_signatures (
    signer_number BIGINT NOT NULL,
    target_number BIGINT NOT NULL,
    key_id TEXT NOT NULL,
    signature TEXT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (signer_number, target_number)
);
CREATE INDEX user_signatures_about ON user_signatures (target_number);

-- Messages that wait for a device, in the order of their numbers, which are log positions. `sequence` counts within
-- the queue, so that its length is known from its two ends; `bytes` counts the bytes of `json` up to this one likewise.
-- `json` is the event as the device gets it.
CREATE TABLE to_device_messages (
    message_number BIGINT NOT NULL PRIMARY KEY,
    device_number BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    json TEXT NOT NULL
);
CREATE INDEX to_device_messages_of_device ON to_device_messages (device_number, message_number);

-- Versions of users' key backups; the newest that is not deleted is the current one. `etag` rises with every change
-- of its keys. A deleted version stays as a line without keys, so that deleting it again is no error.
CREATE TABLE key_backups (
    backup_number BIGINT NOT NULL PRIMARY KEY,
    user_number BIGINT NOT NULL,
    algorithm TEXT NOT NULL,
    auth_data TEXT NOT NULL,
    etag BIGINT NOT NULL,
    key_count BIGINT NOT NULL,
    deleted BIGINT NOT NULL
);
CREATE INDEX key_backups_of_user ON key_backups (user_number, backup_number);

CREATE TABLE backup_keys (
    backup_number BIGINT NOT NULL,
    room_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    is_verified BIGINT NOT NULL,
    first_message_index BIGINT NOT NULL,
    forwarded_count BIGINT NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (backup_number, room_id, session_id)
);
