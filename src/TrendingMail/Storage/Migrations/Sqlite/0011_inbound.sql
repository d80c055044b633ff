-- Mails and providers' events that came to us. Acted upon once, however often they are seen: "digest" is a hash of the
-- Message-ID and the content.
CREATE TABLE inbound_messages (
    id          INTEGER PRIMARY KEY,
    digest      TEXT    NOT NULL UNIQUE,
    message_id  TEXT,
    source      TEXT    NOT NULL,
    kind        TEXT    NOT NULL CHECK (kind IN
                    ('bounce', 'complaint', 'unsubscribe', 'subscribe', 'auto_reply', 'other')),
    received_at INTEGER NOT NULL
) STRICT;

CREATE INDEX inbound_messages_by_time ON inbound_messages (received_at);

-- What was done about a reader's address, and why: by such a mail, or by what a server said when a mail was handed over.
CREATE TABLE inbound_events (
    id            INTEGER PRIMARY KEY,
    message_id    INTEGER REFERENCES inbound_messages (id) ON DELETE SET NULL,
    subscriber_id INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    delivery_id   INTEGER,
    at            INTEGER NOT NULL,
    action        TEXT    NOT NULL,
    reason        TEXT,
    status        TEXT,
    detail        TEXT    NOT NULL
) STRICT;

CREATE INDEX inbound_events_by_subscriber ON inbound_events (subscriber_id, id);

-- Readers whose mail came back lately, by bounces that may pass.
CREATE TABLE bounce_scores (
    subscriber_id INTEGER PRIMARY KEY REFERENCES subscribers (id) ON DELETE CASCADE,
    score         INTEGER NOT NULL,
    bounced_at    INTEGER NOT NULL
) STRICT;

-- When an address was last sent an answer to a mail of its own.
CREATE TABLE inbound_answers (
    address_key TEXT    PRIMARY KEY,
    answered_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How far the ledger's refusals have been looked at.
CREATE TABLE refusals_seen (
    only_row    INTEGER PRIMARY KEY CHECK (only_row = 1),
    ended_at    INTEGER NOT NULL,
    delivery_id INTEGER NOT NULL
) STRICT;

CREATE INDEX deliveries_refused ON deliveries (ended_at, id) WHERE state = 'failed';
