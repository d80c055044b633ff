-- When the next slice of time begins in which one node may send at a common pace: to a slow recipient domain, through a server
-- with a rate. A row changes each second: room in its page keeps the changes out of the index.
CREATE TABLE turns (
    name    TEXT COLLATE "C" PRIMARY KEY,
    next_at BIGINT NOT NULL
) WITH (fillfactor = 50);

-- When a domain's rate was decided last: one decision in a while, whichever node makes it.
ALTER TABLE held_domains ADD COLUMN paced_at BIGINT;

-- Servers that take no mail from us for a while, and what they said last.
CREATE TABLE held_servers (
    server      TEXT COLLATE "C" PRIMARY KEY,
    rests_until BIGINT NOT NULL,
    reply       TEXT   NOT NULL,
    changed_at  BIGINT NOT NULL
);
