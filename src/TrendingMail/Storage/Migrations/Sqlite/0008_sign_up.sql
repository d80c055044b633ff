-- Wishes to subscribe that wait for their answer, some moments long.
CREATE TABLE sign_up_requests (
    id          INTEGER PRIMARY KEY,
    address     TEXT    NOT NULL,
    preferences TEXT    NOT NULL,
    origin      TEXT    NOT NULL,
    network     TEXT,
    wording     TEXT,
    asked_at    INTEGER NOT NULL
) STRICT;

-- Addresses whose owners said "it was not me", as keyed hashes: for a while nobody can ask for them.
CREATE TABLE sign_up_blocks (
    address_hash TEXT    PRIMARY KEY,
    until_at     INTEGER NOT NULL
) STRICT;
