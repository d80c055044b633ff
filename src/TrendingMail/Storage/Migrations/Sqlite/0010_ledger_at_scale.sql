-- How many deliveries of a mailing are in each state, kept in the transactions that change a state: a million rows need
-- not be counted to tell how far a mailing has come, and the numbers stay when the rows go.
ALTER TABLE mailings ADD COLUMN queued    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mailings ADD COLUMN sending   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mailings ADD COLUMN sent      INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mailings ADD COLUMN deferred  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mailings ADD COLUMN failed    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mailings ADD COLUMN skipped   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mailings ADD COLUMN uncertain INTEGER NOT NULL DEFAULT 0;

-- Set when its deliveries were old enough to be deleted: from then on nothing is queued for it.
ALTER TABLE mailings ADD COLUMN closed_at INTEGER;

CREATE INDEX mailings_of_digests ON mailings (id) WHERE kind IN ('daily', 'weekly');

-- AUTOINCREMENT: an id stands in Message-IDs and return paths that were mailed, so it is never given again.
CREATE TABLE deliveries_at_scale (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    mailing_id      INTEGER NOT NULL REFERENCES mailings (id),
    subscriber_id   INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    priority        INTEGER NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN
                        ('queued', 'sending', 'sent', 'deferred', 'failed', 'skipped', 'uncertain')),
    attempts        INTEGER NOT NULL DEFAULT 0,
    queued_at       INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL,
    claimed_by      TEXT,
    lease_until     INTEGER,
    ended_at        INTEGER,
    reply           TEXT,
    UNIQUE (subscriber_id, mailing_id)
) STRICT;

INSERT INTO deliveries_at_scale (id, mailing_id, subscriber_id, priority, state, attempts, queued_at, expires_at,
    next_attempt_at, claimed_by, lease_until, ended_at, reply)
SELECT d.id, d.mailing_id, d.subscriber_id, CASE WHEN m.kind IN ('daily', 'weekly') THEN 1 ELSE 0 END, d.state, d.attempts,
    d.queued_at, d.expires_at, d.next_attempt_at, d.claimed_by, d.lease_until, d.ended_at, d.reply
FROM deliveries d JOIN mailings m ON m.id = d.mailing_id
ORDER BY d.id;

DROP TABLE deliveries;
ALTER TABLE deliveries_at_scale RENAME TO deliveries;

-- Both hold only what is still to be done: a delivery leaves the first when a process claims it, the second when it has
-- ended.
CREATE INDEX deliveries_ready ON deliveries (priority, next_attempt_at)
    WHERE state IN ('queued', 'deferred') AND claimed_by IS NULL;
CREATE INDEX deliveries_claimed ON deliveries (claimed_by) WHERE claimed_by IS NOT NULL;

UPDATE mailings SET
    queued    = (SELECT COUNT(*) FROM deliveries d WHERE d.mailing_id = mailings.id AND d.state = 'queued'),
    sending   = (SELECT COUNT(*) FROM deliveries d WHERE d.mailing_id = mailings.id AND d.state = 'sending'),
    sent      = (SELECT COUNT(*) FROM deliveries d WHERE d.mailing_id = mailings.id AND d.state = 'sent'),
    deferred  = (SELECT COUNT(*) FROM deliveries d WHERE d.mailing_id = mailings.id AND d.state = 'deferred'),
    failed    = (SELECT COUNT(*) FROM deliveries d WHERE d.mailing_id = mailings.id AND d.state = 'failed'),
    skipped   = (SELECT COUNT(*) FROM deliveries d WHERE d.mailing_id = mailings.id AND d.state = 'skipped'),
    uncertain = (SELECT COUNT(*) FROM deliveries d WHERE d.mailing_id = mailings.id AND d.state = 'uncertain');

-- A reader who is erased takes along what was still to be sent; what was sent stays counted.
CREATE TRIGGER deliveries_erased AFTER DELETE ON deliveries WHEN OLD.state IN ('queued', 'deferred', 'sending', 'uncertain')
BEGIN
    UPDATE mailings
    SET queued    = queued    - (OLD.state = 'queued'),
        deferred  = deferred  - (OLD.state = 'deferred'),
        sending   = sending   - (OLD.state = 'sending'),
        uncertain = uncertain - (OLD.state = 'uncertain')
    WHERE id = OLD.mailing_id;
END;

-- What happened to a delivery beside being queued and sent, which its own row tells: each deferral, refusal, doubt, and
-- what came back later.
CREATE TABLE delivery_events (
    id          INTEGER PRIMARY KEY,
    delivery_id INTEGER NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
    at          INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    detail      TEXT    NOT NULL
) STRICT;

CREATE INDEX delivery_events_by_delivery ON delivery_events (delivery_id, id);
