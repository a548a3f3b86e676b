-- The words of events, to be searched: folded, each once, separated by one space. It can be made anew from the
-- events at any time, so it is not carried from one engine to the other.
CREATE TABLE search_index (
    event_number BIGINT NOT NULL PRIMARY KEY,
    words TEXT NOT NULL
);
CREATE INDEX search_index_words ON search_index USING GIN (array_to_tsvector(string_to_array(words, ' ')));
