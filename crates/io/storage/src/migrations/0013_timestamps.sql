-- To find what was said at some time, as the sender's server says.
CREATE INDEX events_by_time ON events (room_number, origin_server_ts);
