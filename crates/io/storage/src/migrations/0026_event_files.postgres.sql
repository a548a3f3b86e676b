-- Which uploaded files an event names in the open: so it is known whether anything names a file.
CREATE TABLE event_files (
    media_number BIGINT NOT NULL,
    event_number BIGINT NOT NULL,
    PRIMARY KEY (media_number, event_number)
);
CREATE INDEX event_files_of_event ON event_files (event_number);

-- Those of a deleted room are settled with it.
CREATE INDEX reports_of_room ON reports (room_id) WHERE room_id IS NOT NULL;

-- A quotation mark within a text has a backslash before it, and then no address begins there.
INSERT INTO event_files (media_number, event_number)
SELECT DISTINCT m.media_number, e.event_number
FROM events e
CROSS JOIN LATERAL regexp_matches(e.json, '(?<!\\)"mxc://([^/"]+)/([^"]+)"', 'g') AS named (parts)
JOIN media m ON m.server_name = named.parts[1] AND m.media_id = named.parts[2]
WHERE e.json LIKE '%"mxc://%';
