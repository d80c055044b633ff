-- What more sources tell of a paper. "stamps" says for each field how old the fact is and who told it, so that the
-- newest wins whatever the order in which reports come in. A listing day that is not exact was worked out from an
-- identifier and gives way to any that a source stated.
ALTER TABLE papers ADD COLUMN categories     TEXT    NOT NULL DEFAULT '[]';
ALTER TABLE papers ADD COLUMN doi            TEXT;
ALTER TABLE papers ADD COLUMN thumbnail_url  TEXT;
ALTER TABLE papers ADD COLUMN submitter      TEXT;
ALTER TABLE papers ADD COLUMN versions       TEXT    NOT NULL DEFAULT '[]';
ALTER TABLE papers ADD COLUMN sources        TEXT    NOT NULL DEFAULT '[]';
ALTER TABLE papers ADD COLUMN stamps         TEXT    NOT NULL DEFAULT '{}';
ALTER TABLE papers ADD COLUMN listed_exactly INTEGER NOT NULL DEFAULT 1;

-- Set where the row was found to be another's paper after both stood in editions: it is then empty but for its place.
ALTER TABLE papers ADD COLUMN joined_to INTEGER REFERENCES papers (id);

UPDATE papers SET sources = '["' || source || '"]';

-- Every name a paper was ever reported under: "arxiv:...", "doi:...", "title:...|first author".
CREATE TABLE paper_keys (
    key      TEXT    NOT NULL,
    paper_id INTEGER NOT NULL REFERENCES papers (id) ON DELETE CASCADE,
    PRIMARY KEY (key, paper_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX paper_keys_by_paper ON paper_keys (paper_id);

INSERT INTO paper_keys (key, paper_id) SELECT identity, id FROM papers;

-- The counts' history: a row where a look found them other than the look before.
CREATE TABLE paper_polls (
    paper_id  INTEGER NOT NULL REFERENCES papers (id) ON DELETE CASCADE,
    source    TEXT    NOT NULL,
    polled_at INTEGER NOT NULL,
    upvotes   INTEGER NOT NULL,
    comments  INTEGER NOT NULL,
    stars     INTEGER
) STRICT;

CREATE INDEX paper_polls_by_paper ON paper_polls (paper_id, source, polled_at);

ALTER TABLE fetches ADD COLUMN changed   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE fetches ADD COLUMN joined    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE fetches ADD COLUMN unchanged INTEGER NOT NULL DEFAULT 0;
ALTER TABLE fetches ADD COLUMN notes     TEXT    NOT NULL DEFAULT '[]';

CREATE INDEX fetches_by_day ON fetches (source, listed_on, fetched_at);

-- What a server said of its answer, for the next conditional request (RFC 9110, 13.1). Written with the papers of that
-- answer, never before them. "entries" tells whether the page was full.
CREATE TABLE http_validators (
    address       TEXT    PRIMARY KEY,
    etag          TEXT,
    last_modified TEXT,
    entries       INTEGER NOT NULL,
    received_at   INTEGER NOT NULL
) STRICT;

-- Servers that asked to be left alone for a while (Retry-After).
CREATE TABLE http_pauses (
    host     TEXT    PRIMARY KEY,
    until_at INTEGER NOT NULL
) STRICT;

-- Who may ask a service that wants one request at a time and a pause between them, over all nodes together.
CREATE TABLE request_slots (
    service       TEXT    PRIMARY KEY,
    next_at       INTEGER NOT NULL,
    holder        TEXT,
    held_until_at INTEGER NOT NULL
) STRICT;

-- The identifiers that arXiv's feeds announced as new, by day: a paper is announced as new once.
CREATE TABLE arxiv_batches (
    feed TEXT NOT NULL,
    day  TEXT NOT NULL,
    ids  TEXT NOT NULL,
    PRIMARY KEY (feed, day)
) STRICT, WITHOUT ROWID;
