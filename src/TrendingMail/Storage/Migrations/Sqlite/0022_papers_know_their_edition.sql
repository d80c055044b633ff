-- The edition that a paper was published in, so that papers need not look into the tables of editions.
ALTER TABLE papers ADD COLUMN edition INTEGER;

UPDATE papers
SET edition = (SELECT ep.edition FROM edition_papers ep WHERE ep.paper_id = papers.id)
WHERE id IN (SELECT paper_id FROM edition_papers);
