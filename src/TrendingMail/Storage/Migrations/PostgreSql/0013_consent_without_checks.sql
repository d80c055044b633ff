-- That a reader is there is not asked for each row of millions that an import brings: who writes a reader's history has the reader in
-- the same transaction. What the foreign key did when a reader is erased is done by a trigger.
ALTER TABLE consent_events DROP CONSTRAINT consent_events_subscriber_id_fkey;

CREATE FUNCTION erase_consent_events() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM consent_events WHERE subscriber_id = OLD.id;
    RETURN NULL;
END $$;

CREATE TRIGGER subscribers_erased_consent AFTER DELETE ON subscribers FOR EACH ROW EXECUTE FUNCTION erase_consent_events();
