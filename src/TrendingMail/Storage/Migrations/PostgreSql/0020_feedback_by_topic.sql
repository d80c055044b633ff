-- A subscriber can mute several topics of one paper, and ask for more or less like it as well. "topic" is the muted
-- topic, such as keyword:lamps; '' for other feedback, and for topics muted before this column existed.
ALTER TABLE feedback ADD COLUMN topic TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE feedback DROP CONSTRAINT feedback_subscriber_id_paper_id_key;
ALTER TABLE feedback
    ADD CONSTRAINT feedback_subscriber_id_paper_id_kind_topic_key UNIQUE (subscriber_id, paper_id, kind, topic);
