-- What a paper's day rests on: 'inferred' from its identifier, 'announced' with all that was new, or 'listed' by someone's
-- choice. A choice goes before an announcement, and an edition may wait for it.
ALTER TABLE papers ADD COLUMN listing TEXT NOT NULL DEFAULT 'listed' CHECK (listing IN ('inferred', 'announced', 'listed'));

UPDATE papers
SET listing = CASE
    WHEN listed_exactly = 0 THEN 'inferred'
    WHEN sources = '["Arxiv"]' THEN 'announced'
    ELSE 'listed'
END;

ALTER TABLE papers DROP COLUMN listed_exactly;

-- Why what came was old, and whether the source announces rather than lists.
ALTER TABLE fetches ADD COLUMN stale     TEXT;
ALTER TABLE fetches ADD COLUMN announces INTEGER NOT NULL DEFAULT 0;
