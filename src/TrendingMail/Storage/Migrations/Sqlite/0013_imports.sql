-- Imports that are under way or were broken off: how many lines of the file are done.
CREATE TABLE imports (
    fingerprint TEXT    PRIMARY KEY,
    name        TEXT    NOT NULL,
    lines       INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
) STRICT;
