-- A database that has the first version of the extension keeps its models when it goes on to the newest.
SET client_min_messages = warning;
CREATE EXTENSION scoreway VERSION '1.0';
\getenv root SCOREWAY_ROOT
\set linear :root '/bindings/c/testdata/linear.pkl'
\set wine :root '/examples/wine/model.pkl'
SELECT scoreway.import('linear', :'linear', 'champion');
SELECT scoreway.predict_number('linear', '{"a": 1, "b": 2}'::jsonb), (SELECT count(*) FROM scoreway.loaded());
CREATE VIEW answers AS SELECT scoreway.predict_number('linear@champion', '{"a": 1, "b": 2}'::jsonb) AS y;
ALTER EXTENSION scoreway UPDATE;
SELECT extversion FROM pg_extension WHERE extname = 'scoreway';
SELECT y FROM answers;
SELECT rows, shared FROM scoreway.loaded();
SELECT name, version FROM scoreway.models;

-- Versions under the numbers of a registry.
SELECT scoreway.import_version('linear', 7, pg_read_binary_file(:'linear'));
SELECT scoreway.import_version('linear', 7, pg_read_binary_file(:'linear'));
\set VERBOSITY terse
SELECT scoreway.import_version('linear', 7, pg_read_binary_file(:'wine'));
SELECT scoreway.import_version('linear', 5, pg_read_binary_file(:'wine'));
SELECT scoreway.import_version('linear', 0, pg_read_binary_file(:'wine'));
SELECT scoreway.import('linear', :'linear');
SELECT version, description->>'estimator' AS estimator FROM scoreway.models ORDER BY version;
DROP EXTENSION scoreway CASCADE;
