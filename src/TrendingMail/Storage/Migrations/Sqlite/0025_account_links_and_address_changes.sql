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

-- "undone_by" is the earliest change whose link undid this one. AUTOINCREMENT: an id is part of links that were mailed,
-- and identifies their mails.
CREATE TABLE address_changes_new (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    subscriber_id   INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    old_address     TEXT    NOT NULL,
    new_address     TEXT    NOT NULL,
    new_address_key TEXT    NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('requested', 'completed', 'reverted')),
    requested_at    INTEGER NOT NULL,
    settled_at      INTEGER,
    network         TEXT,
    undone_by       INTEGER
) STRICT;

INSERT INTO address_changes_new
SELECT id, subscriber_id, old_address, new_address, new_address_key, state, requested_at, settled_at, network,
    CASE state WHEN 'reverted' THEN id END
FROM address_changes;

DROP TABLE address_changes;
ALTER TABLE address_changes_new RENAME TO address_changes;
CREATE INDEX address_changes_by_subscriber ON address_changes (subscriber_id, id);

-- A request to change a subscriber's address waits in the same queue as a sign-up.
ALTER TABLE sign_up_requests ADD COLUMN subscriber_id INTEGER REFERENCES subscribers (id) ON DELETE CASCADE;
