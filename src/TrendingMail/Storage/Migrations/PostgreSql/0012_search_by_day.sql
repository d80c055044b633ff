-- A GIN index knows no order, so that all papers of a frequent word would have to be sorted for the newest of them. So it holds the
-- day, the month and the year of each paper as words, too: joined to what is searched, they lead to the newest papers, and then
-- to those before. They begin with the letter that nobody types. What stands in a title has an index of its own, for in the
-- other one it would have to be looked up in the papers.

CREATE FUNCTION paper_days(day TEXT) RETURNS TSVECTOR LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    array_to_tsvector(ARRAY[
        U&'\A66E' || left(day, 4),
        U&'\A66E' || left(day, 4) || substr(day, 6, 2),
        U&'\A66E' || left(day, 4) || substr(day, 6, 2) || substr(day, 9, 2)]);

-- Without a list of what is not yet in the index: each search would read through it.
CREATE INDEX papers_by_words_and_day ON papers USING gin ((search || paper_days(listed_on))) WITH (fastupdate = off);
CREATE INDEX papers_by_title_and_day ON papers
    USING gin ((to_tsvector('paper_words', paper_text(title)) || paper_days(listed_on))) WITH (fastupdate = off);
DROP INDEX papers_by_words;
