-- When the next slice of time begins in which one node may send at a common pace: to a slow recipient domain, through a server
-- with a rate.
CREATE TABLE turns (
    name    TEXT    PRIMARY KEY,
    next_at INTEGER NOT NULL
) STRICT;

-- When a domain's rate was decided last: one decision in a while, whichever node makes it.
ALTER TABLE held_domains ADD COLUMN paced_at INTEGER;

-- Servers that take no mail from us for a while, and what they said last.
CREATE TABLE held_servers (
    server      TEXT    PRIMARY KEY,
    rests_until INTEGER NOT NULL,
    reply       TEXT    NOT NULL,
    changed_at  INTEGER NOT NULL
) STRICT;
