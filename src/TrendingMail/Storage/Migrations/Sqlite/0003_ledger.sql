-- What is mailed: a day's or a week's digest to many readers, or one notice to one reader.
CREATE TABLE mailings (
    id         INTEGER PRIMARY KEY,
    kind       TEXT    NOT NULL,
    key        TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (kind, key)
) STRICT;

-- The ledger. A delivery exists once for a subscriber and a mailing, whoever plans it and however often.
CREATE TABLE deliveries (
    id              INTEGER PRIMARY KEY,
    mailing_id      INTEGER NOT NULL REFERENCES mailings (id),
    subscriber_id   INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    state           TEXT    NOT NULL CHECK (state IN
                        ('queued', 'sending', 'sent', 'deferred', 'failed', 'skipped', 'uncertain')),
    attempts        INTEGER NOT NULL DEFAULT 0,
    queued_at       INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL,
    lease_until     INTEGER,
    claimed_by      TEXT,
    ended_at        INTEGER,
    reply           TEXT,
    UNIQUE (mailing_id, subscriber_id)
) STRICT;

CREATE INDEX deliveries_ready ON deliveries (next_attempt_at) WHERE state IN ('queued', 'deferred');
CREATE INDEX deliveries_in_flight ON deliveries (lease_until) WHERE state = 'sending';
CREATE INDEX deliveries_by_subscriber ON deliveries (subscriber_id);
