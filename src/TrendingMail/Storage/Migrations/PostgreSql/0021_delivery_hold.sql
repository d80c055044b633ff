-- While the row exists, no mail leaves: this is a restored copy, and an operator has not released it yet.
CREATE TABLE delivery_hold (
    id        BIGINT PRIMARY KEY CHECK (id = 1),
    backup_at BIGINT NOT NULL,
    held_at   BIGINT NOT NULL
);
