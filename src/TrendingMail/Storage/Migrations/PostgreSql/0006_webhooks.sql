-- Tokens that providers sign instead of their events: each counts once, for the body with that hash.
CREATE TABLE webhook_nonces (
    provider TEXT    COLLATE "C" NOT NULL,
    nonce    TEXT    COLLATE "C" NOT NULL,
    digest   TEXT    NOT NULL,
    seen_at  BIGINT  NOT NULL,
    PRIMARY KEY (provider, nonce)
);

CREATE INDEX webhook_nonces_by_time ON webhook_nonces (seen_at);
