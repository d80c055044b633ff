-- Recipient domains that get mail slower than it comes, or none for a while, and what they said last.
CREATE TABLE held_domains (
    domain      TEXT COLLATE "C" PRIMARY KEY,
    rate        DOUBLE PRECISION,
    rests_until BIGINT,
    reply       TEXT   NOT NULL,
    changed_at  BIGINT NOT NULL
);
