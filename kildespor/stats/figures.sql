-- What is counted: one row for each article, and one for each attribution with all that is asked of it.
-- An article that stands twice in the input has one id and is counted once.

CREATE MACRO key_of(name) AS lower(trim(regexp_replace(nfc_normalize(name), '\s+', ' ', 'g')));

CREATE TEMP TABLE published AS
SELECT article_id, any_value(outlet) AS outlet, any_value(regexp_extract(published, '[0-9]{4}')) AS year
FROM articles GROUP BY article_id;
UPDATE published SET year = NULL WHERE year = '';

-- The last medium or agency through which the outlet has it, itself apart.
CREATE TEMP TABLE through AS
SELECT r.article_id, r.attribution_id, arg_max(s.type, r.position) AS type
FROM relays r JOIN sources s USING (article_id, source_id) JOIN published p USING (article_id)
WHERE s.type IN ('outlet', 'agency') AND key_of(r.relay) IS DISTINCT FROM key_of(p.outlet)
GROUP BY ALL;

CREATE TEMP TABLE named AS
SELECT article_id, source_id, any_value(type) AS type, any_value(register) AS register
FROM sources GROUP BY ALL;

CREATE TEMP TABLE said AS
SELECT DISTINCT ON (a.article_id, a.attribution_id)
    a.article_id, p.outlet, p.year, a.kind, a.source_kind, a.hearsay <> '' AS hearsay,
    a.source AS name, n.type,
    CASE WHEN a.source_kind = 'named' THEN coalesce('register:' || n.register, key_of(a.source)) END AS who,
    CASE
        WHEN t.type IS NOT NULL THEN t.type
        WHEN n.type IN ('outlet', 'agency') AND key_of(a.source) IS DISTINCT FROM key_of(p.outlet) THEN n.type
        WHEN a.source_kind = 'unstated' THEN 'nobody'
        ELSE 'own'
    END AS rests_on
FROM attributions a
JOIN published p USING (article_id)
LEFT JOIN named n ON n.article_id = a.article_id AND n.source_id = a.source_id
LEFT JOIN through t ON t.article_id = a.article_id AND t.attribution_id = a.attribution_id;
