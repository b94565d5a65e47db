-- Rows of every form give the answers that scikit-learn gave (examples/wine/expected.csv).
\getenv root SCOREWAY_ROOT
\set rows :root '/examples/wine/rows.csv'
\set expected :root '/examples/wine/expected.csv'
CREATE TABLE wines (id serial PRIMARY KEY, alcohol float8, malic_acid float8, magnesium float8, flavanoids float8, hue float8,
                    proline float8, colour text);
COPY wines (alcohol, malic_acid, magnesium, flavanoids, hue, proline, colour) FROM :'rows' (FORMAT csv, HEADER);
CREATE TABLE expected (id serial PRIMARY KEY, predict text, proba_barbera float8, proba_barolo float8, proba_grignolino float8);
COPY expected (predict, proba_barbera, proba_barolo, proba_grignolino) FROM :'expected' (FORMAT csv, HEADER);

SELECT count(*) AS rows, count(*) FILTER (WHERE scoreway.predict_label('wine', w) = e.predict) AS same_label,
       max(abs(scoreway.predict_output('wine', w, 'proba_barolo') - e.proba_barolo)) < 1e-15 AS same_probability,
       max(abs((scoreway.predict('wine', w)->>'proba_barbera')::float8 - e.proba_barbera)) < 1e-15 AS same_json
FROM wines w JOIN expected e USING (id);
SELECT count(*) AS rows, count(*) FILTER (WHERE scoreway.predict('wine', to_jsonb(w) - 'id') = scoreway.predict('wine', w)) AS same FROM wines w;
-- Every bit of a double goes through JSON.
SELECT bool_and((scoreway.predict('wine', w)->>'proba_grignolino')::float8 = scoreway.predict_output('wine', w, 'proba_grignolino')) FROM wines w;

-- Types of SQL.
SELECT scoreway.predict_number('linear', r) FROM (VALUES (1::int2, 2::float4), (3, 0.5)) AS r(a, b);
SELECT scoreway.predict_number('linear', r) FROM (VALUES (1::numeric, true), (2.25, false)) AS r(a, b);
SELECT scoreway.predict_number('linear', r) FROM (VALUES (1::bigint, 2::bigint, 'ignored'::text)) AS r(b, a, c);
SELECT scoreway.predict_number('linear', ARRAY[1, 2]::float8[]), scoreway.predict('linear', ARRAY[0.1, 0]::float8[]);

-- NULL is a missing cell: an error where the model has no rule for it, an answer where it has.
SELECT scoreway.predict_number('linear', r) FROM (VALUES (1::float8, NULL::float8)) AS r(a, b);
SELECT scoreway.predict_number('linear', r) FROM (VALUES (1::float8, 'NaN'::float8)) AS r(a, b);
SELECT scoreway.predict_number('linear', r) FROM (VALUES (1::float8)) AS r(a);
SELECT scoreway.predict_number('linear', '{"a": 1}'::jsonb);
SELECT scoreway.predict_number('linear', ARRAY[1, NULL]::float8[]);
SELECT scoreway.predict_label('wine', r) = (SELECT predict FROM expected WHERE id = 20) AS as_expected
FROM (SELECT NULL::float8 AS alcohol, NULL::text AS colour) AS r;

-- What does not suit is an error that names the column.
SELECT scoreway.predict_number('linear', r) FROM (VALUES ('x'::text, 1::float8)) AS r(a, b);
SELECT scoreway.predict_number('linear', '{"a": 1, "b": 2, "c": 3}'::jsonb);
SELECT scoreway.predict_number('linear', '{"a": 1, "b": [2]}'::jsonb);
SELECT scoreway.predict_number('linear', '[1, 2]'::jsonb);
SELECT scoreway.predict_number('linear', ARRAY[1, 2, 3]::float8[]);
SELECT scoreway.predict_number('wine', w) FROM wines w LIMIT 1;
SELECT scoreway.predict_output('wine', w, 'proba_nebbiolo') FROM wines w LIMIT 1;

-- NULL for the model or the row.
SELECT scoreway.predict(NULL, '{}'::jsonb) IS NULL AS no_model, scoreway.predict('wine', NULL::jsonb) IS NULL AS no_row;
