-- How many messages a server that is being warmed up was handed, by UTC day and recipient domain. The domain is empty for
-- all together.
CREATE TABLE warm_up_usage (
    server    TEXT   COLLATE "C" NOT NULL,
    day       TEXT   COLLATE "C" NOT NULL,
    domain    TEXT   COLLATE "C" NOT NULL,
    digests   BIGINT NOT NULL DEFAULT 0,
    notices   BIGINT NOT NULL DEFAULT 0,
    postponed BIGINT NOT NULL DEFAULT 0,
    expired   BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (server, day, domain)
);
