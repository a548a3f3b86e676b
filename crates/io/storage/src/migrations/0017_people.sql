-- What clients keep as account data, counted for each account: the server's own kinds are left out, for what they
-- may be is bounded where they are written.
CREATE TABLE account_data_totals (
    user_number BIGINT NOT NULL PRIMARY KEY,
    pieces BIGINT NOT NULL,
    bytes BIGINT NOT NULL
);
INSERT INTO account_data_totals (user_number, pieces, bytes)
    SELECT user_number, COUNT(*), SUM(OCTET_LENGTH(content)) FROM account_data
    WHERE kind NOT IN ('m.fully_read', 'm.push_rules') GROUP BY user_number;

-- How many aliases somebody made.
CREATE INDEX aliases_of_creator ON aliases (creator_number);
