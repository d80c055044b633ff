-- What a message led to: asked when it is seen again, and when it is let go.
CREATE INDEX inbound_events_by_message ON inbound_events (message_id) WHERE message_id IS NOT NULL;
