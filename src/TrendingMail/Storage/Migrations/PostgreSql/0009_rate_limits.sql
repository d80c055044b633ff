-- What was taken of a limit by all nodes together, for each that has been used lately. The key is a keyed hash, for it stands for a
-- network or an address. taken: a JSON array of counts by twelfth of the limit's window, the newest, which is of slot, at the end.
-- Rows live for an hour and change often: room in their pages keeps the changes out of the index.
CREATE TABLE rate_limits (
    key     TEXT COLLATE "C" PRIMARY KEY,
    slot    BIGINT NOT NULL,
    taken   TEXT   NOT NULL,
    ends_at BIGINT NOT NULL
) WITH (fillfactor = 70);
