-- Tables, columns and stored values with names of our own take the terms that SQL and mail administrators use.
-- An older version of the program cannot run beside this schema.

ALTER TABLE held_domains RENAME TO throttled_domains;
ALTER TABLE throttled_domains RENAME COLUMN rests_until TO paused_until;
ALTER TABLE throttled_domains RENAME COLUMN paced_at TO rate_changed_at;
ALTER TABLE held_servers RENAME TO paused_servers;
ALTER TABLE paused_servers RENAME COLUMN rests_until TO paused_until;
ALTER TABLE turns RENAME TO rate_limit_slots;
ALTER TABLE rate_limits RENAME COLUMN taken TO counts;

ALTER TABLE refusals_seen RENAME TO smtp_rejection_cursor;
ALTER TABLE smtp_rejection_cursor RENAME COLUMN only_row TO singleton;
ALTER TABLE inbound_answers RENAME TO auto_replies_sent;
ALTER TABLE auto_replies_sent RENAME COLUMN answered_at TO replied_at;
ALTER TABLE inbound_messages RENAME COLUMN digest TO content_hash;
ALTER TABLE webhook_nonces RENAME COLUMN digest TO body_hash;

ALTER TABLE papers RENAME COLUMN stamps TO field_versions;
ALTER TABLE papers RENAME COLUMN joined_to TO merged_into;
UPDATE papers SET identity = 'merged:' || substr(identity, 8) WHERE identity LIKE 'joined:%';
ALTER TABLE fetches RENAME COLUMN joined TO merged;

ALTER TABLE erased RENAME TO erased_addresses;
ALTER TABLE feedback RENAME COLUMN moves TO weight_changes;
ALTER TABLE sign_up_requests RENAME COLUMN asked_at TO requested_at;
ALTER TABLE sign_up_blocks RENAME COLUMN until_at TO expires_at;

UPDATE mailings
SET kind = CASE kind WHEN 'move' THEN 'address_change_confirmation' ELSE 'address_change_notice' END
WHERE kind IN ('move', 'moving');

DROP INDEX deliveries_refused;
CREATE INDEX delivery_events_failed ON delivery_events (at, delivery_id) WHERE kind = 'failed';

-- A CHECK cannot be changed in place.
CREATE TABLE address_changes_renamed (
    id              INTEGER PRIMARY KEY,
    subscriber_id   INTEGER NOT NULL REFERENCES subscribers (id) ON DELETE CASCADE,
    old_address     TEXT    NOT NULL,
    new_address     TEXT    NOT NULL,
    new_address_key TEXT    NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('requested', 'completed', 'reverted')),
    requested_at    INTEGER NOT NULL,
    settled_at      INTEGER,
    network         TEXT
) STRICT;

INSERT INTO address_changes_renamed
SELECT id, subscriber_id, old_address, new_address, new_address_key,
    CASE state WHEN 'asked' THEN 'requested' WHEN 'moved' THEN 'completed' ELSE 'reverted' END,
    asked_at, settled_at, network
FROM address_changes;

DROP TABLE address_changes;
ALTER TABLE address_changes_renamed RENAME TO address_changes;
CREATE INDEX address_changes_by_subscriber ON address_changes (subscriber_id, id);

-- The history is append-only, so its trigger steps aside for the new names of its kinds.
DROP TRIGGER consent_events_append_only;

UPDATE consent_events
SET kind = CASE kind WHEN 'disowned' THEN 'disputed' WHEN 'returned' THEN 'resubscribed' ELSE 'reverted' END
WHERE kind IN ('disowned', 'returned', 'restored');

CREATE TRIGGER consent_events_append_only BEFORE UPDATE ON consent_events
WHEN NEW.network IS NOT NULL OR NEW.id <> OLD.id OR NEW.subscriber_id <> OLD.subscriber_id OR NEW.kind <> OLD.kind
    OR NEW.at <> OLD.at OR NEW.origin <> OLD.origin OR NEW.text IS NOT OLD.text
BEGIN
    SELECT RAISE(ABORT, 'the consent history is append-only');
END;

DROP TRIGGER consent_events_keep;

CREATE TRIGGER consent_events_keep BEFORE DELETE ON consent_events
WHEN EXISTS (SELECT 1 FROM subscribers WHERE id = OLD.subscriber_id)
BEGIN
    SELECT RAISE(ABORT, 'the consent history is append-only');
END;
