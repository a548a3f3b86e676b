-- Child events by their parents (client-server API, "Forming relationships between events"). A child has one parent,
-- in the same room; a redacted child has none. `rel_type` may be anything. `kind`, `sender_number` and `position` are
-- the child's; `annotation_key` is the `key` of an annotation; `replaces` says that the child, of an edit, has a new
-- content (or that nobody can tell: it is encrypted).
CREATE TABLE relations (
    child_number BIGINT NOT NULL PRIMARY KEY,
    parent_number BIGINT NOT NULL,
    room_number BIGINT NOT NULL,
    rel_type TEXT NOT NULL,
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,
    sender_number BIGINT NOT NULL,
    annotation_key TEXT,
    replaces BIGINT NOT NULL
);
CREATE INDEX relations_of_parent ON relations (parent_number, rel_type, position);
CREATE INDEX relations_by_sender ON relations (parent_number, sender_number);
CREATE INDEX relations_of_room ON relations (room_number, rel_type, position);

-- Children whose parent is not here yet: it may come from another server, later.
CREATE TABLE relations_awaited (
    child_number BIGINT NOT NULL PRIMARY KEY,
    parent_id TEXT NOT NULL,
    room_number BIGINT NOT NULL,
    rel_type TEXT NOT NULL,
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,
    sender_number BIGINT NOT NULL,
    annotation_key TEXT,
    replaces BIGINT NOT NULL
);
CREATE INDEX relations_awaited_of_parent ON relations_awaited (parent_id);

-- Whether the event ever had a child that is bundled with it: read with the event, so that those without are not
-- asked about.
ALTER TABLE events ADD COLUMN related BIGINT NOT NULL DEFAULT 0;
