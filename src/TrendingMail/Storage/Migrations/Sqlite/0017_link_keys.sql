-- The keys that sign readers' links, where they lie in the database: with SQLite they lie in a file, and this stays empty.
CREATE TABLE link_keys (
    id         INTEGER PRIMARY KEY,
    secret     TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
