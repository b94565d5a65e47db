-- Models come in, get aliases, and are looked up.
SET client_min_messages = warning;
CREATE EXTENSION scoreway;
\getenv root SCOREWAY_ROOT
\set wine :root '/examples/wine/model.pkl'
\set linear :root '/bindings/c/testdata/linear.pkl'
SELECT scoreway.import('wine', :'wine', 'champion');
SELECT scoreway.import('wine', pg_read_binary_file(:'wine'));
SELECT scoreway.import('linear', :'linear');
SELECT name, version, description->>'estimator' AS estimator, description->>'library' AS library FROM scoreway.models ORDER BY 1, 2;
SELECT name, alias, version FROM scoreway.aliases;

-- The three ways to name one.
SELECT scoreway.predict_number('linear', '{"a": 1, "b": 2}'::jsonb), scoreway.predict_number('linear/1', '{"a": 1, "b": 2}'::jsonb);
SELECT scoreway.predict_label('wine@champion', '{"colour": "deep", "alcohol": 12.64}'::jsonb)
     = scoreway.predict_label('wine/2', '{"colour": "deep", "alcohol": 12.64}'::jsonb) AS same;
SELECT scoreway.predict('nothing', '{}'::jsonb);
SELECT scoreway.predict('wine@nobody', '{}'::jsonb);
SELECT scoreway.predict('wine/7', '{}'::jsonb);

-- An alias that moves is seen at once, one that moves back by a rollback too.
SELECT scoreway.import('moving', :'linear', 'champion');
SELECT scoreway.import('moving', :'wine');
SELECT jsonb_object_keys(scoreway.predict('moving', '{"a": 1, "b": 2}'::jsonb));
BEGIN;
SELECT scoreway.set_alias('moving', 'champion', 2);
SELECT count(*) FROM jsonb_object_keys(scoreway.predict('moving', '{"colour": "deep"}'::jsonb));
ROLLBACK;
SELECT jsonb_object_keys(scoreway.predict('moving', '{"a": 1, "b": 2}'::jsonb));

-- Numbers of versions are not used again, and an alias keeps its version from being deleted.
DELETE FROM scoreway.models WHERE name = 'moving' AND version = 1;
DELETE FROM scoreway.models WHERE name = 'moving' AND version = 2;
SELECT scoreway.import('moving', :'linear');

-- What cannot be read is refused, by name.
SELECT scoreway.import('junk', 'not a model'::bytea);
SELECT scoreway.import('junk', '\x8004951f000000000000008c05706f736978948c0673797374656d9493948c047472756594859452942e'::bytea);

-- One copy of a model, whatever names it has.
SELECT count(*) AS copies, sum(bytes) > 10000 AS counted FROM scoreway.loaded();
