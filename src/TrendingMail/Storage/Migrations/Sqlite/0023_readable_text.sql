-- A paper's texts as displayed: without LaTeX, in the columns that everything reads. The sources' own texts move to
-- source_*, which only merging reads. The words to search are derived from the displayed text, folded and separated by
-- spaces, so that both engines find the same. SQL cannot convert LaTeX: the program fills these columns for rows whose
-- text_version is older than its own; until then they hold the source's text, and the index its words.
DROP TRIGGER papers_enter_search;
DROP TRIGGER papers_leave_search;
DROP TRIGGER papers_change_in_search;
DROP VIEW paper_texts;

ALTER TABLE papers RENAME COLUMN title TO source_title;
ALTER TABLE papers RENAME COLUMN abstract TO source_abstract;
ALTER TABLE papers RENAME COLUMN ai_summary TO source_ai_summary;
ALTER TABLE papers RENAME COLUMN authors TO source_authors;

ALTER TABLE papers ADD COLUMN title           TEXT    NOT NULL DEFAULT '';
ALTER TABLE papers ADD COLUMN abstract        TEXT    NOT NULL DEFAULT '';
ALTER TABLE papers ADD COLUMN ai_summary      TEXT;
ALTER TABLE papers ADD COLUMN authors         TEXT    NOT NULL DEFAULT '[]';
ALTER TABLE papers ADD COLUMN search_title    TEXT    NOT NULL DEFAULT '';
ALTER TABLE papers ADD COLUMN search_abstract TEXT    NOT NULL DEFAULT '';
ALTER TABLE papers ADD COLUMN search_authors  TEXT    NOT NULL DEFAULT '';
ALTER TABLE papers ADD COLUMN search_keywords TEXT    NOT NULL DEFAULT '';
ALTER TABLE papers ADD COLUMN text_version    INTEGER NOT NULL DEFAULT 0;

UPDATE papers
SET title = source_title, abstract = source_abstract, ai_summary = source_ai_summary, authors = source_authors;

CREATE INDEX papers_by_text_version ON papers (text_version);

-- The row's number in the index is the days up to 2200-01-01 in the upper bits and the paper's id in the lower 26: the
-- newest matches come first without sorting, and a range of days is a range of rows. U+E000 is a token of every paper,
-- so that "all papers" is a query, too; U+E001 joins a category to one token: cs.CL is cs<E001>cl<E001>, and its
-- archive cs<E001>.
CREATE VIEW paper_texts AS
SELECT
    p.id,
    CAST(2524593.5 - julianday(p.listed_on) AS INTEGER) * 67108864 + p.id AS place,
    p.search_title AS title,
    p.search_abstract AS abstract,
    p.search_authors AS authors,
    p.search_keywords AS keywords,
    char(57344) || COALESCE((
        SELECT group_concat(' ' || replace(replace(c.value, '.', char(57345)), '-', char(57345)) || char(57345)
            || CASE WHEN instr(c.value, '.') = 0 THEN ''
                    ELSE ' ' || replace(substr(c.value, 1, instr(c.value, '.') - 1), '-', char(57345)) || char(57345)
                END, '')
        FROM json_each(p.categories) c), '') AS categories
FROM papers p;

CREATE TRIGGER papers_enter_search AFTER INSERT ON papers
BEGIN
    INSERT INTO paper_search (rowid, title, abstract, authors, keywords, categories)
    SELECT place, title, abstract, authors, keywords, categories FROM paper_texts WHERE id = new.id;
END;

CREATE TRIGGER papers_leave_search BEFORE DELETE ON papers
BEGIN
    DELETE FROM paper_search WHERE rowid = (SELECT place FROM paper_texts WHERE id = old.id);
END;

-- Most fetches bring only new counts, which cost nothing here. The place may change with the day.
CREATE TRIGGER papers_change_in_search
AFTER UPDATE OF id, search_title, search_abstract, search_authors, search_keywords, categories, listed_on ON papers
WHEN (old.id, old.search_title, old.search_abstract, old.search_authors, old.search_keywords, old.categories,
        old.listed_on)
    IS NOT (new.id, new.search_title, new.search_abstract, new.search_authors, new.search_keywords, new.categories,
        new.listed_on)
BEGIN
    DELETE FROM paper_search
    WHERE rowid = CAST(2524593.5 - julianday(old.listed_on) AS INTEGER) * 67108864 + old.id;
    INSERT INTO paper_search (rowid, title, abstract, authors, keywords, categories)
    SELECT place, title, abstract, authors, keywords, categories FROM paper_texts WHERE id = new.id;
END;
