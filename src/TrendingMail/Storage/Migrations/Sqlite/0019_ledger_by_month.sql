-- Where the ids of a mailing's deliveries begin, on an engine whose ledger lies in a part for each month; here it is one.
ALTER TABLE mailings ADD COLUMN first_delivery INTEGER NOT NULL DEFAULT 0;

-- Refusals are found by their event, so that an engine can change a delivery's state without touching an index.
DROP INDEX deliveries_refused;
CREATE INDEX deliveries_refused ON delivery_events (at, delivery_id) WHERE kind = 'failed';
