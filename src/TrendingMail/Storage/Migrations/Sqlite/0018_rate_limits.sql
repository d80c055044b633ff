-- What was taken of a limit by all nodes together, for each that has been used lately. The key is a keyed hash, for it stands for a
-- network or an address. taken: a JSON array of counts by twelfth of the limit's window, the newest, which is of slot, at the end.
CREATE TABLE rate_limits (
    key     TEXT    PRIMARY KEY,
    slot    INTEGER NOT NULL,
    taken   TEXT    NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT;
