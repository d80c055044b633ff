-- What is searched of a paper, as words: runs of letters and digits, without case and diacritics, stemmed by Porter's first
-- rules. The same as in the other engine, so that the same queries find the same papers.

CREATE TEXT SEARCH DICTIONARY paper_stem (TEMPLATE = snowball, Language = porter);
CREATE TEXT SEARCH CONFIGURATION paper_words (PARSER = default);
ALTER TEXT SEARCH CONFIGURATION paper_words ADD MAPPING FOR
    asciiword, word, numword, int, uint, float, sfloat, version, numhword, asciihword, hword, hword_numpart, hword_asciipart,
    hword_part, email, host, url, url_path, file, protocol
    WITH paper_stem;

-- TeX's accents are resolved, for they would cut words in pieces (Poincar\'e, K\"{a}hler); then diacritics go, and whatever is no
-- letter or digit. So the parser meets nothing that it would take for an address, a version or a path.
CREATE FUNCTION paper_text(text TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    regexp_replace(
        regexp_replace(
            normalize(
                CASE WHEN strpos(text, '\') = 0 THEN text ELSE
                    regexp_replace(regexp_replace(regexp_replace(text, '\\["''`^~=.]', '', 'g'), '\\[vcH]\{', '{', 'g'),
                        '\{\\?([aceinosuyz])\}', '\1', 'g')
                END, NFD),
            U&'[\0300-\036f]+', '', 'g'),
        '[^[:alnum:]]+' COLLATE "und-x-icu", ' ', 'g');

-- The entries of a list, with a letter between them that nobody types, so that no phrase reaches across. (U+0000 is allowed in
-- JSON, and in no text of PostgreSQL.)
CREATE FUNCTION paper_list(list TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    (SELECT COALESCE(string_agg(entry.value, U&' \A66E ' ORDER BY entry.place), '')
     FROM json_array_elements_text(replace(list, '\u0000', '')::json) WITH ORDINALITY AS entry (value, place));

-- A category is one word, joined by that letter, and its archive another.
CREATE FUNCTION paper_categories(list TEXT) RETURNS TSVECTOR LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    (SELECT COALESCE(array_to_tsvector(array_agg(DISTINCT name.value)), ''::tsvector)
     FROM json_array_elements_text(replace(list, '\u0000', '')::json) AS entry (value)
     CROSS JOIN LATERAL (VALUES
         (translate(lower(entry.value), '.-', U&'\A66E\A66E') || U&'\A66E'),
         (translate(split_part(lower(entry.value), '.', 1), '-', U&'\A66E') || U&'\A66E')) AS name (value));

ALTER TABLE papers ADD COLUMN search TSVECTOR GENERATED ALWAYS AS (
    setweight(to_tsvector('paper_words', paper_text(title) || U&' \A66E'), 'A')
    || setweight(to_tsvector('paper_words', paper_text(abstract) || U&' \A66E'), 'B')
    || setweight(to_tsvector('paper_words', paper_text(paper_list(authors)) || U&' \A66E'), 'C')
    || setweight(to_tsvector('paper_words', paper_text(
        COALESCE(arxiv_id, '') || U&' \A66E ' || COALESCE(organization, '') || U&' \A66E ' || paper_list(keywords))), 'D')
    || paper_categories(categories)) STORED;

CREATE INDEX papers_by_words ON papers USING gin (search);
