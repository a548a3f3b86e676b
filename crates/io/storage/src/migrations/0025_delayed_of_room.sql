-- Each room's delayed events are sent on their own, and go with the room.
CREATE INDEX delayed_events_of_room ON delayed_events (room_id, send_at);
