-- What is told of a room to those outside it, written with the events that change it. `published` is that of
-- `rooms`. `joined_members` counts them. `allowed_room_ids` are the rooms whose members may join a restricted
-- room, a JSON array. `sort_name` and `search_text` are folded: by the one the directory is ordered, in the
-- other it is searched.
CREATE TABLE room_summaries (
    room_number BIGINT NOT NULL PRIMARY KEY,
    published BIGINT NOT NULL,
    joined_members BIGINT NOT NULL,
    name TEXT,
    topic TEXT,
    avatar_url TEXT,
    canonical_alias TEXT,
    room_type TEXT,
    join_rule TEXT NOT NULL,
    allowed_room_ids TEXT NOT NULL,
    world_readable BIGINT NOT NULL,
    guest_can_join BIGINT NOT NULL,
    encryption TEXT,
    sort_name BYTEA NOT NULL,
    search_text TEXT NOT NULL
);
CREATE INDEX room_summaries_published ON room_summaries (joined_members DESC, sort_name, room_number)
    WHERE published = 1;

-- The folded words of people's display names and of the first parts of their ids, cut after some bytes: by how
-- words begin people are found. Only people of this server whose accounts are open have words.
CREATE TABLE people_words (
    user_number BIGINT NOT NULL,
    word BYTEA NOT NULL,
    PRIMARY KEY (user_number, word)
);
CREATE INDEX people_words_by_word ON people_words (word, user_number);
