-- What is true of the server itself and never changes: `name` is the server's own name.
CREATE TABLE server_facts (
    fact TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- Keys that this server signs, or signed, with. `seed` is an Ed25519 private key. The current one has no
-- `retired_at`; the public halves of the others are still asked for by other servers.
CREATE TABLE signing_keys (
    key_id TEXT NOT NULL PRIMARY KEY,
    seed BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    retired_at BIGINT
);
