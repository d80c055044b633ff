-- What is searched of a paper, as words.
--
-- "place" is the row's number in the index: the days up to 2200-01-01 in the upper bits, the paper's id in the lower 26.
-- So the index is in the order of time, backwards: the newest matches come first without sorting, and a range of days is
-- a range of rows.
--
-- The texts stay as the sources spell them: a formula's "\alpha" is then found as the word it is, and plain SQL keeps
-- the index true whoever writes. Only TeX's accents are resolved: they would cut words in pieces (Poincar\'e, K\"{a}hler).
--
-- Characters for private use, which nobody types, are words of their own: U+E000 stands between the entries of a list,
-- so that no phrase reaches across, and once in every paper, so that "all papers" is a query, too. U+E001 joins a category
-- to one word: cs.CL is cs<E001>cl<E001>, and its archive cs<E001>.
CREATE VIEW paper_texts AS
SELECT
    p.id,
    CAST(2524593.5 - julianday(p.listed_on) AS INTEGER) * 67108864 + p.id AS place,
    CASE WHEN instr(p.title, '\') = 0 THEN p.title ELSE
        replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
        replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(p.title,
            '\"', ''), '\''', ''), '\`', ''), '\^', ''), '\~', ''), '\=', ''), '\.', ''), '\v{', '{'),
            '\c{', '{'), '\H{', '{'), '{\i}', 'i'), '{a}', 'a'), '{c}', 'c'), '{e}', 'e'), '{i}', 'i'),
            '{n}', 'n'), '{o}', 'o'), '{s}', 's'), '{u}', 'u'), '{y}', 'y'), '{z}', 'z')
    END AS title,
    CASE WHEN instr(p.abstract, '\') = 0 THEN p.abstract ELSE
        replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
        replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(p.abstract,
            '\"', ''), '\''', ''), '\`', ''), '\^', ''), '\~', ''), '\=', ''), '\.', ''), '\v{', '{'),
            '\c{', '{'), '\H{', '{'), '{\i}', 'i'), '{a}', 'a'), '{c}', 'c'), '{e}', 'e'), '{i}', 'i'),
            '{n}', 'n'), '{o}', 'o'), '{s}', 's'), '{u}', 'u'), '{y}', 'y'), '{z}', 'z')
    END AS abstract,
    (SELECT group_concat(a.value, ' ' || char(57344) || ' ') FROM json_each(p.authors) a) AS authors,
    COALESCE(p.arxiv_id, '') || ' ' || char(57344) || ' ' ||
        COALESCE(p.organization, '') || ' ' || char(57344) || ' ' ||
        COALESCE((SELECT group_concat(k.value, ' ' || char(57344) || ' ') FROM json_each(p.keywords) k), '') AS keywords,
    char(57344) || COALESCE((
        SELECT group_concat(' ' || replace(replace(c.value, '.', char(57345)), '-', char(57345)) || char(57345)
            || CASE WHEN instr(c.value, '.') = 0 THEN ''
                    ELSE ' ' || replace(substr(c.value, 1, instr(c.value, '.') - 1), '-', char(57345)) || char(57345)
                END, '')
        FROM json_each(p.categories) c), '') AS categories
FROM papers p;

-- Contentless: the texts stand in papers and nowhere else, and a row is taken out by its number alone.
CREATE VIRTUAL TABLE paper_search USING fts5 (
    title, abstract, authors, keywords, categories,
    content = '', contentless_delete = 1, tokenize = 'porter unicode61 remove_diacritics 2'
);

CREATE TRIGGER papers_enter_search AFTER INSERT ON papers
BEGIN
    INSERT INTO paper_search (rowid, title, abstract, authors, keywords, categories)
    SELECT place, title, abstract, authors, keywords, categories FROM paper_texts WHERE id = new.id;
END;

CREATE TRIGGER papers_leave_search BEFORE DELETE ON papers
BEGIN
    DELETE FROM paper_search WHERE rowid = (SELECT place FROM paper_texts WHERE id = old.id);
END;

-- Most fetches only bring new counts: they cost nothing here. The place may change with the day.
CREATE TRIGGER papers_change_in_search
AFTER UPDATE OF id, title, abstract, authors, keywords, categories, arxiv_id, organization, listed_on ON papers
WHEN (old.id, old.title, old.abstract, old.authors, old.keywords, old.categories, old.arxiv_id, old.organization,
        old.listed_on)
    IS NOT (new.id, new.title, new.abstract, new.authors, new.keywords, new.categories, new.arxiv_id, new.organization,
        new.listed_on)
BEGIN
    DELETE FROM paper_search
    WHERE rowid = CAST(2524593.5 - julianday(old.listed_on) AS INTEGER) * 67108864 + old.id;
    INSERT INTO paper_search (rowid, title, abstract, authors, keywords, categories)
    SELECT place, title, abstract, authors, keywords, categories FROM paper_texts WHERE id = new.id;
END;

-- The papers that are here already.
INSERT INTO paper_search (rowid, title, abstract, authors, keywords, categories)
SELECT place, title, abstract, authors, keywords, categories FROM paper_texts;
