-- The edition that a paper was published in, so that papers need not look into the tables of editions.
ALTER TABLE papers ADD COLUMN edition BIGINT;

UPDATE papers
SET edition = ep.edition
FROM edition_papers ep
WHERE ep.paper_id = papers.id;
