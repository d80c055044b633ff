-- Why digests are held: the bad findings of the checks before sending. While there is a row, no digest leaves, except
-- those of days that an operator released.
CREATE TABLE digest_holds (
    check_name TEXT PRIMARY KEY,
    finding    TEXT NOT NULL,
    remedy     TEXT NOT NULL,
    held_at    BIGINT NOT NULL
);

-- Days whose digests leave in spite of bad findings, with what was found when an operator released them.
CREATE TABLE digest_releases (
    day         TEXT PRIMARY KEY,
    finding     TEXT NOT NULL,
    released_at BIGINT NOT NULL
);
