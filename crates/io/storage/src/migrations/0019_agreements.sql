-- Which version of which document a person agreed to, and when.
CREATE TABLE agreements (
    user_number BIGINT NOT NULL,
    document TEXT NOT NULL,
    version TEXT NOT NULL,
    agreed_at BIGINT NOT NULL,
    PRIMARY KEY (user_number, document, version)
);
