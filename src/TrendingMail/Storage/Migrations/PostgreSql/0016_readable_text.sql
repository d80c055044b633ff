-- A paper's texts as displayed: without LaTeX, in the columns that everything reads. The sources' own texts move to
-- source_*, which only merging reads. The words to search are derived from the displayed text, folded and separated by
-- spaces, so that both engines find the same. SQL cannot convert LaTeX: the program fills these columns for rows whose
-- text_version is older than its own; until then the search does not find these rows.
DROP INDEX papers_by_words_and_day;
DROP INDEX papers_by_title_and_day;
ALTER TABLE papers DROP COLUMN search;
DROP FUNCTION paper_list(TEXT);
DROP FUNCTION paper_text(TEXT);

ALTER TABLE papers RENAME COLUMN title TO source_title;
ALTER TABLE papers RENAME COLUMN abstract TO source_abstract;
ALTER TABLE papers RENAME COLUMN ai_summary TO source_ai_summary;
ALTER TABLE papers RENAME COLUMN authors TO source_authors;

ALTER TABLE papers
    ADD COLUMN title           TEXT   NOT NULL DEFAULT '',
    ADD COLUMN abstract        TEXT   NOT NULL DEFAULT '',
    ADD COLUMN ai_summary      TEXT,
    ADD COLUMN authors         TEXT   NOT NULL DEFAULT '[]',
    ADD COLUMN search_title    TEXT   NOT NULL DEFAULT '',
    ADD COLUMN search_abstract TEXT   NOT NULL DEFAULT '',
    ADD COLUMN search_authors  TEXT   NOT NULL DEFAULT '',
    ADD COLUMN search_keywords TEXT   NOT NULL DEFAULT '',
    ADD COLUMN text_version    BIGINT NOT NULL DEFAULT 0;

UPDATE papers
SET title = source_title, abstract = source_abstract, ai_summary = source_ai_summary, authors = source_authors;

CREATE INDEX papers_by_text_version ON papers (text_version);

-- U+A66E, a letter that nobody types, ends each field and stands between the entries of a list, so that no phrase
-- reaches across.
ALTER TABLE papers ADD COLUMN search TSVECTOR GENERATED ALWAYS AS (
    setweight(to_tsvector('paper_words', search_title || U&' \A66E'), 'A')
    || setweight(to_tsvector('paper_words', search_abstract || U&' \A66E'), 'B')
    || setweight(to_tsvector('paper_words', search_authors || U&' \A66E'), 'C')
    || setweight(to_tsvector('paper_words', search_keywords || U&' \A66E'), 'D')
    || paper_categories(categories)) STORED;

CREATE INDEX papers_by_words_and_day ON papers USING gin ((search || paper_days(listed_on))) WITH (fastupdate = off);
CREATE INDEX papers_by_title_and_day ON papers
    USING gin ((to_tsvector('paper_words', search_title) || paper_days(listed_on))) WITH (fastupdate = off);
