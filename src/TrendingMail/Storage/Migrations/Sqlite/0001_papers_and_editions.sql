-- One row a paper, however many sources report it. "identity" says what makes it the same paper.
CREATE TABLE papers (
    id            INTEGER PRIMARY KEY,
    identity      TEXT    NOT NULL UNIQUE,
    arxiv_id      TEXT,
    title         TEXT    NOT NULL,
    abstract      TEXT    NOT NULL,
    ai_summary    TEXT,
    authors       TEXT    NOT NULL,
    keywords      TEXT    NOT NULL,
    organization  TEXT,
    upvotes       INTEGER NOT NULL,
    comments      INTEGER NOT NULL,
    stars         INTEGER,
    code_url      TEXT,
    project_url   TEXT,
    listed_on     TEXT    NOT NULL,
    published_at  INTEGER,
    source        TEXT    NOT NULL,
    first_seen_at INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
) STRICT;

CREATE INDEX papers_by_day ON papers (listed_on);
CREATE INDEX papers_by_arxiv_id ON papers (arxiv_id) WHERE arxiv_id IS NOT NULL;

-- Every look at a source, so that a thin day can be explained.
CREATE TABLE fetches (
    id         INTEGER PRIMARY KEY,
    source     TEXT    NOT NULL,
    listed_on  TEXT,
    fetched_at INTEGER NOT NULL,
    received   INTEGER NOT NULL,
    added      INTEGER NOT NULL,
    problems   TEXT    NOT NULL,
    fault      TEXT
) STRICT;

CREATE INDEX fetches_by_time ON fetches (fetched_at);

CREATE TABLE editions (
    number       INTEGER PRIMARY KEY,
    day          TEXT    NOT NULL UNIQUE,
    published_at INTEGER NOT NULL,
    sample       INTEGER NOT NULL
) STRICT;

-- The papers as they stood when the edition was frozen, as JSON; a paper stands in one edition only.
CREATE TABLE edition_papers (
    edition  INTEGER NOT NULL REFERENCES editions (number),
    rank     INTEGER NOT NULL,
    paper_id INTEGER NOT NULL UNIQUE REFERENCES papers (id),
    score    REAL    NOT NULL,
    frozen   TEXT    NOT NULL,
    PRIMARY KEY (edition, rank)
) STRICT, WITHOUT ROWID;
