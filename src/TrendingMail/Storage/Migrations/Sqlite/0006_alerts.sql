-- What the operator is told by mail, each thing once: "key" says what makes it the same.
CREATE TABLE alerts (
    id        INTEGER PRIMARY KEY,
    key       TEXT    NOT NULL UNIQUE,
    subject   TEXT    NOT NULL,
    text      TEXT    NOT NULL,
    raised_at INTEGER NOT NULL,
    sent_at   INTEGER
) STRICT;

CREATE INDEX alerts_waiting ON alerts (id) WHERE sent_at IS NULL;
