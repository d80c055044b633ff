-- Recipient domains that get mail slower than it comes, or none for a while, and what they said last.
CREATE TABLE held_domains (
    domain      TEXT    PRIMARY KEY,
    rate        REAL,
    rests_until INTEGER,
    reply       TEXT    NOT NULL,
    changed_at  INTEGER NOT NULL
) STRICT;
