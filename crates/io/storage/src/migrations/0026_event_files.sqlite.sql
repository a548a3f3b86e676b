-- Which uploaded files an event names in the open: so it is known whether anything names a file.
CREATE TABLE event_files (
    media_number INTEGER NOT NULL,
    event_number INTEGER NOT NULL,
    PRIMARY KEY (media_number, event_number)
);
CREATE INDEX event_files_of_event ON event_files (event_number);

-- Those of a deleted room are settled with it.
CREATE INDEX reports_of_room ON reports (room_id) WHERE room_id IS NOT NULL;

INSERT INTO event_files (media_number, event_number)
SELECT DISTINCT m.media_number, e.event_number
FROM events e
JOIN json_tree(e.json) named ON named.type = 'text' AND named.atom LIKE 'mxc://%/%'
JOIN media m ON m.server_name = substr(named.atom, 7, instr(substr(named.atom, 7), '/') - 1)
    AND m.media_id = substr(named.atom, 7 + instr(substr(named.atom, 7), '/'))
WHERE e.json LIKE '%"mxc://%';
