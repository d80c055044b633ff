-- What a digest contained when it was sent, to show the same in the browser after preferences have changed. Null for
-- notices, and for digests sent before.
ALTER TABLE deliveries ADD COLUMN selection TEXT;
