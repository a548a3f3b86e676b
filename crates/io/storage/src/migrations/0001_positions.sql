-- The log position each writer has reached. A position belongs to the writer that gave it.
CREATE TABLE positions (
    writer BIGINT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL
);
