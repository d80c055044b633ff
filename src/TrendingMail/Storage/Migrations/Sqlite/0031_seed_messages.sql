-- One row for each digest mailing and seed mailbox: the message, and where it was filed. AUTOINCREMENT: an id is part
-- of the Message-ID and the links of a message that was mailed.
CREATE TABLE seed_messages (
    id                     INTEGER PRIMARY KEY AUTOINCREMENT,
    kind                   TEXT    NOT NULL,
    key                    TEXT    NOT NULL,
    address                TEXT    NOT NULL,
    provider               TEXT    NOT NULL,
    state                  TEXT    NOT NULL,
    attempts               INTEGER NOT NULL DEFAULT 0,
    queued_at              INTEGER NOT NULL,
    next_attempt_at        INTEGER NOT NULL,
    claimed_by             TEXT,
    message_id             TEXT,
    handed_over_at         INTEGER,
    server                 TEXT,
    reply                  TEXT,
    placement              TEXT    NOT NULL DEFAULT 'pending',
    next_check_at          INTEGER,
    folder                 TEXT,
    arrived_at             INTEGER,
    authentication_results TEXT,
    spf                    TEXT,
    dkim                   TEXT,
    dmarc                  TEXT,
    detail                 TEXT,
    UNIQUE (kind, key, address)
) STRICT;

CREATE INDEX seed_messages_pending ON seed_messages (id) WHERE placement = 'pending';
CREATE INDEX seed_messages_by_time ON seed_messages (queued_at);
