-- How many messages a server that is being warmed up was handed, by UTC day and recipient domain. The domain is empty for
-- all together.
CREATE TABLE warm_up_usage (
    server    TEXT    NOT NULL,
    day       TEXT    NOT NULL,
    domain    TEXT    NOT NULL,
    digests   INTEGER NOT NULL DEFAULT 0,
    notices   INTEGER NOT NULL DEFAULT 0,
    postponed INTEGER NOT NULL DEFAULT 0,
    expired   INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (server, day, domain)
) STRICT, WITHOUT ROWID;
