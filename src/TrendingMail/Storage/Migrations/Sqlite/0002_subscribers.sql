-- AUTOINCREMENT: an id stands in links that were mailed, so it is never given to another reader.
CREATE TABLE subscribers (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    address       TEXT    NOT NULL,
    address_key   TEXT    NOT NULL UNIQUE,
    state         TEXT    NOT NULL CHECK (state IN ('pending', 'active', 'paused', 'unsubscribed')),
    link_epoch    INTEGER NOT NULL DEFAULT 0,
    frequency     TEXT    NOT NULL CHECK (frequency IN ('daily', 'weekdays', 'weekly')),
    weekday       TEXT    NOT NULL,
    send_at       TEXT    NOT NULL,
    time_zone     TEXT    NOT NULL,
    papers        INTEGER NOT NULL,
    format        TEXT    NOT NULL CHECK (format IN ('html', 'text')),
    paused_until  TEXT,
    created_at    INTEGER NOT NULL,
    next_due_at   INTEGER
) STRICT;

CREATE INDEX subscribers_due ON subscribers (next_due_at) WHERE next_due_at IS NOT NULL;

CREATE TABLE consent_events (
    id            INTEGER PRIMARY KEY,
    subscriber_id INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    kind          TEXT    NOT NULL,
    at            INTEGER NOT NULL,
    origin        TEXT    NOT NULL,
    network       TEXT
) STRICT;

CREATE INDEX consent_events_by_subscriber ON consent_events (subscriber_id, id);

CREATE TRIGGER consent_events_append_only BEFORE UPDATE ON consent_events
BEGIN
    SELECT RAISE(ABORT, 'the consent history is only ever appended to');
END;

-- Erasing a reader takes the history along, which is the only way to take out a line.
CREATE TRIGGER consent_events_keep BEFORE DELETE ON consent_events
WHEN EXISTS (SELECT 1 FROM subscribers WHERE id = OLD.subscriber_id)
BEGIN
    SELECT RAISE(ABORT, 'the consent history is only ever appended to');
END;
