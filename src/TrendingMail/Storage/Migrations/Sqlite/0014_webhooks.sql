-- Tokens that providers sign instead of their events: each counts once, for the body with that hash.
CREATE TABLE webhook_nonces (
    provider TEXT    NOT NULL,
    nonce    TEXT    NOT NULL,
    digest   TEXT    NOT NULL,
    seen_at  INTEGER NOT NULL,
    PRIMARY KEY (provider, nonce)
) STRICT, WITHOUT ROWID;

CREATE INDEX webhook_nonces_by_time ON webhook_nonces (seen_at);
