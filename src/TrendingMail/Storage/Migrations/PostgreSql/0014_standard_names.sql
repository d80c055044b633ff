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

ALTER TABLE deliveries_before RENAME TO deliveries_legacy;
ALTER TABLE delivery_events_before RENAME TO delivery_events_legacy;
ALTER INDEX papers_joined RENAME TO papers_merged;
ALTER INDEX deliveries_refused RENAME TO delivery_events_failed;
ALTER FUNCTION make_ledger_month (BIGINT) RENAME TO create_delivery_partitions;
ALTER FUNCTION ledger_id (TIMESTAMPTZ) RENAME TO first_delivery_id;
ALTER FUNCTION keep_consent_events_of_readers () RENAME TO keep_consent_events_of_subscribers;

ALTER TABLE address_changes RENAME COLUMN asked_at TO requested_at;
ALTER TABLE address_changes DROP CONSTRAINT address_changes_state_check;
UPDATE address_changes
SET state = CASE state WHEN 'asked' THEN 'requested' WHEN 'moved' THEN 'completed' ELSE 'reverted' END;
ALTER TABLE address_changes
    ADD CONSTRAINT address_changes_state_check CHECK (state IN ('requested', 'completed', 'reverted'));

-- The history is append-only, so its trigger steps aside for the new names of its kinds.
ALTER TABLE consent_events DISABLE TRIGGER consent_events_append_only;

UPDATE consent_events
SET kind = CASE kind WHEN 'disowned' THEN 'disputed' WHEN 'returned' THEN 'resubscribed' ELSE 'reverted' END
WHERE kind IN ('disowned', 'returned', 'restored');

ALTER TABLE consent_events ENABLE TRIGGER consent_events_append_only;

CREATE OR REPLACE FUNCTION keep_consent_events() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the consent history is append-only';
END $$;

CREATE OR REPLACE FUNCTION keep_consent_events_of_subscribers() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM subscribers WHERE id = OLD.subscriber_id) THEN
        RAISE EXCEPTION 'the consent history is append-only';
    END IF;
    RETURN OLD;
END $$;
