-- A subscriber can mute several topics of one paper, and ask for more or less like it as well. "topic" is the muted
-- topic, such as keyword:lamps; '' for other feedback, and for topics muted before this column existed.
CREATE TABLE feedback_new (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    subscriber_id  INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    paper_id       INTEGER NOT NULL,
    kind           TEXT    NOT NULL CHECK (kind IN ('more', 'less', 'mute')),
    at             INTEGER NOT NULL,
    weight_changes TEXT    NOT NULL,
    topic          TEXT    NOT NULL DEFAULT '',
    UNIQUE (subscriber_id, paper_id, kind, topic)
) STRICT;

INSERT INTO feedback_new (id, subscriber_id, paper_id, kind, at, weight_changes)
SELECT id, subscriber_id, paper_id, kind, at, weight_changes FROM feedback;

DROP TABLE feedback;
ALTER TABLE feedback_new RENAME TO feedback;

-- Confirmations and reminders sent to a mailbox in the last day, whichever of its addresses they went to. The mailbox is
-- a keyed hash, because most of those who are signed up by others are not subscribers.
CREATE TABLE mailbox_notices (
    id           INTEGER PRIMARY KEY,
    mailbox_hash TEXT    NOT NULL,
    sent_at      INTEGER NOT NULL
) STRICT;

CREATE INDEX mailbox_notices_by_mailbox ON mailbox_notices (mailbox_hash, sent_at);

-- When the next confirmation to a domain may be sent. The domain is a keyed hash.
CREATE TABLE confirmation_slots (
    domain_hash TEXT    PRIMARY KEY,
    next_at     INTEGER NOT NULL
) STRICT;
