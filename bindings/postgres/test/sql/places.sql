-- Where a score may stand: a view, a trigger, a generated column, an index, a parallel plan.
CREATE VIEW scored AS SELECT id, scoreway.predict_label('wine', w) AS label FROM wines w;
SELECT count(*) FROM scored JOIN expected USING (id) WHERE label = predict;

CREATE TABLE cellar (a float8, b float8, y float8);
CREATE FUNCTION score_cellar() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.y := scoreway.predict_number('linear', jsonb_build_object('a', NEW.a, 'b', NEW.b));
  RETURN NEW;
END $$;
CREATE TRIGGER score BEFORE INSERT OR UPDATE ON cellar FOR EACH ROW EXECUTE FUNCTION score_cellar();
INSERT INTO cellar VALUES (1, 2), (0.5, 0);
INSERT INTO cellar VALUES (NULL, 2);
UPDATE cellar SET a = 10 WHERE a = 1;
SELECT * FROM cellar ORDER BY a;

CREATE TABLE derived (a float8, b float8,
  y float8 GENERATED ALWAYS AS ((scoreway.predict_version('linear', 1, ARRAY[a, b])->>'predict')::float8) STORED);
INSERT INTO derived VALUES (1, 2), (3, 4);
SELECT * FROM derived ORDER BY a;
CREATE INDEX ON derived (((scoreway.predict_version('linear', 1, ARRAY[a, b])->>'predict')::float8));

CREATE TABLE many AS SELECT i::float8 AS a, (i % 7)::float8 AS b FROM generate_series(1, 20000) AS i;
ANALYZE many;
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT sum(scoreway.predict_number('linear', m)) FROM many m;
SELECT sum(scoreway.predict_number('linear', m)) = sum(2 * a - b + 0.5) AS same FROM many m;
RESET max_parallel_workers_per_gather;

-- A function of a user that runs while cells are read, and scores too.
CREATE FUNCTION nested(float8) RETURNS float8 LANGUAGE sql AS $$ SELECT scoreway.predict_number('linear', ARRAY[$1, 0]::float8[]) $$;
SELECT scoreway.predict_number('linear', r) FROM (SELECT nested(1) AS a, nested(2) AS b) AS r;

-- Little room: models leave and come back, the answers stay.
\c
SET scoreway.cache_size = 1;
SELECT count(DISTINCT scoreway.predict_number('linear', ARRAY[1, 2]::float8[])), count(DISTINCT scoreway.predict_label('wine', w)) > 1 AS labels
FROM wines w;
SELECT count(*) FROM scoreway.loaded();
RESET scoreway.cache_size;

-- Errors leave the backend as it was.
DO $$
DECLARE failures integer := 0;
BEGIN
  FOR i IN 1..1000 LOOP
    BEGIN
      PERFORM scoreway.predict('linear', ('{"a": ' || i || '}')::jsonb);
    EXCEPTION WHEN invalid_parameter_value THEN failures := failures + 1;
    END;
  END LOOP;
  RAISE NOTICE '% failures', failures;
END $$;
SELECT scoreway.predict_number('linear', ARRAY[1, 2]::float8[]);
SET statement_timeout = '50ms';
SELECT count(scoreway.predict('wine', w)) FROM wines w, generate_series(1, 1000000);
RESET statement_timeout;
SELECT scoreway.predict_number('linear', ARRAY[1, 2]::float8[]);
