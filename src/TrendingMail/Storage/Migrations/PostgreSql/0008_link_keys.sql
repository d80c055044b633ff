-- The keys that sign readers' links, in base64, so that all nodes have the same.
CREATE TABLE link_keys (
    id         BIGINT PRIMARY KEY,
    secret     TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);
