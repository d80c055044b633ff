-- Requests for a link that exports, moves or erases a subscription, which is mailed to its address.
-- AUTOINCREMENT: an id identifies the mail that was sent for it, and these rows are deleted after days.
CREATE TABLE account_link_requests (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    subscriber_id INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    action        TEXT    NOT NULL CHECK (action IN ('export', 'move', 'erase')),
    requested_at  INTEGER NOT NULL,
    network       TEXT
) STRICT;

CREATE INDEX account_link_requests_by_subscriber ON account_link_requests (subscriber_id, requested_at);
