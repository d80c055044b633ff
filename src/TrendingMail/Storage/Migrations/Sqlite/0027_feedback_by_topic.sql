-- A subscriber can mute several topics of one paper, and ask for more or less like it as well. "topic" is the muted
-- topic, such as keyword:lamps; '' for other feedback, and for topics muted before this column existed.
CREATE TABLE feedback_new (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    subscriber_id  INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    paper_id       INTEGER NOT NULL,
    kind           TEXT    NOT NULL CHECK (kind IN ('more', 'less', 'mute')),
    at             INTEGER NOT NULL,
    weight_changes TEXT    NOT NULL,
    topic          TEXT    NOT NULL DEFAULT '',
    UNIQUE (subscriber_id, paper_id, kind, topic)
) STRICT;

INSERT INTO feedback_new (id, subscriber_id, paper_id, kind, at, weight_changes)
SELECT id, subscriber_id, paper_id, kind, at, weight_changes FROM feedback;

DROP TABLE feedback;
ALTER TABLE feedback_new RENAME TO feedback;
