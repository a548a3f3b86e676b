-- Tokens with which people prove to other services who they are. Only SHA-256 of a token's text is kept.
CREATE TABLE openid_tokens (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    user_number BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX openid_tokens_of_user ON openid_tokens (user_number, expires_at);
