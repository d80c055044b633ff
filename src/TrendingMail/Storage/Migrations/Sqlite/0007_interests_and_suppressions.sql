ALTER TABLE subscribers ADD COLUMN language TEXT NOT NULL DEFAULT 'en';

-- A hash over the interests, '' for none: readers with the same one get the same papers.
ALTER TABLE subscribers ADD COLUMN profile TEXT NOT NULL DEFAULT '';

-- Follows above zero, lessens below it, mutes at -1. "key" is the value as it is compared.
CREATE TABLE interests (
    subscriber_id INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    kind          TEXT    NOT NULL CHECK (kind IN ('topic', 'keyword', 'author', 'organization', 'category')),
    key           TEXT    NOT NULL,
    value         TEXT    NOT NULL,
    weight        REAL    NOT NULL CHECK (weight BETWEEN -1 AND 1 AND weight <> 0),
    PRIMARY KEY (subscriber_id, kind, key)
) STRICT, WITHOUT ROWID;

-- What a reader said of a paper in a mail, and what it moved, so that it can be taken back.
CREATE TABLE feedback (
    id            INTEGER PRIMARY KEY,
    subscriber_id INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    paper_id      INTEGER NOT NULL,
    kind          TEXT    NOT NULL CHECK (kind IN ('more', 'less', 'mute')),
    at            INTEGER NOT NULL,
    moves         TEXT    NOT NULL,
    UNIQUE (subscriber_id, paper_id)
) STRICT;

-- Addresses that get no mail. The delivery may be gone when its time of keeping is over.
CREATE TABLE suppressions (
    id            INTEGER PRIMARY KEY,
    address       TEXT    NOT NULL,
    address_key   TEXT    NOT NULL UNIQUE,
    reason        TEXT    NOT NULL CHECK (reason IN ('hard_bounce', 'soft_bounces', 'complaint', 'operator')),
    detail        TEXT,
    suppressed_at INTEGER NOT NULL,
    delivery_id   INTEGER
) STRICT;

-- Readers who were erased: nothing but a keyed hash of the address, which keeps it off later imports.
CREATE TABLE erased (
    address_hash TEXT    PRIMARY KEY,
    key_id       INTEGER NOT NULL,
    complained   INTEGER NOT NULL,
    erased_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE address_changes (
    id              INTEGER PRIMARY KEY,
    subscriber_id   INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    old_address     TEXT    NOT NULL,
    new_address     TEXT    NOT NULL,
    new_address_key TEXT    NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('asked', 'moved', 'taken_back')),
    asked_at        INTEGER NOT NULL,
    settled_at      INTEGER
) STRICT;

CREATE INDEX address_changes_by_subscriber ON address_changes (subscriber_id, id);

-- The wording that was agreed to.
ALTER TABLE consent_events ADD COLUMN text TEXT;

-- Still only ever appended to, but the network may be forgotten when its time of keeping is over.
DROP TRIGGER consent_events_append_only;

CREATE TRIGGER consent_events_append_only BEFORE UPDATE ON consent_events
WHEN NEW.network IS NOT NULL OR NEW.id <> OLD.id OR NEW.subscriber_id <> OLD.subscriber_id OR NEW.kind <> OLD.kind
    OR NEW.at <> OLD.at OR NEW.origin <> OLD.origin OR NEW.text IS NOT OLD.text
BEGIN
    SELECT RAISE(ABORT, 'the consent history is only ever appended to');
END;
