-- Scoreway in PostgreSQL: models in tables, and functions that score rows with them.
\echo Use "CREATE EXTENSION scoreway" to load this file. \quit

-- ---- models -----------------------------------------------------------------------------------------------------------

CREATE TABLE models (
  name text NOT NULL CHECK (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$'),
  version integer NOT NULL CHECK (version > 0),
  artifact bytea NOT NULL,               -- what the training library saved
  options jsonb NOT NULL DEFAULT '{}',   -- what reading it depends on besides: feature_map, recommend
  digest bytea NOT NULL,                 -- SHA-256 of both; a backend keeps one copy for it
  description jsonb NOT NULL,            -- format, library, estimator, inputs, outputs
  created timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (name, version)
);
ALTER TABLE models ALTER COLUMN artifact SET STORAGE EXTERNAL;
COMMENT ON TABLE models IS 'The versions of models; they never change.';

CREATE TABLE aliases (
  name text NOT NULL,
  alias text NOT NULL CHECK (alias ~ '^[A-Za-z][A-Za-z0-9._-]{0,99}$'),
  version integer NOT NULL,
  moved timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (name, alias),
  FOREIGN KEY (name, version) REFERENCES models (name, version)
);
COMMENT ON TABLE aliases IS 'Names that point at a version each: champion, challenger.';

-- The last version ever given out, so that numbers are not used again.
CREATE TABLE numbers (name text PRIMARY KEY, version integer NOT NULL);

SELECT pg_extension_config_dump('models', '');
SELECT pg_extension_config_dump('aliases', '');
SELECT pg_extension_config_dump('numbers', '');

-- Tells the other backends that an alias has moved or a version has come or gone.
CREATE FUNCTION changed() RETURNS trigger LANGUAGE c AS 'MODULE_PATHNAME', 'scoreway_changed';
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON models EXECUTE FUNCTION changed();
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON aliases EXECUTE FUNCTION changed();

CREATE FUNCTION describe(artifact bytea, options jsonb DEFAULT '{}') RETURNS jsonb
  LANGUAGE c STRICT IMMUTABLE PARALLEL SAFE COST 100000 AS 'MODULE_PATHNAME', 'scoreway_describe';
COMMENT ON FUNCTION describe IS 'What a saved model is, takes and gives; an error if it cannot be read.';

CREATE FUNCTION import(name text, artifact bytea, alias text DEFAULT NULL, options jsonb DEFAULT '{}') RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  description jsonb := @extschema@.describe(artifact, options);
  number integer;
BEGIN
  INSERT INTO @extschema@.numbers AS n VALUES (import.name, 1)
    ON CONFLICT ON CONSTRAINT numbers_pkey DO UPDATE SET version = n.version + 1 RETURNING n.version INTO number;
  INSERT INTO @extschema@.models (name, version, artifact, options, digest, description)
    VALUES (import.name, number, import.artifact, import.options,
            sha256(import.artifact || convert_to(import.options::text, 'UTF8')), description);
  IF import.alias IS NOT NULL THEN
    PERFORM @extschema@.set_alias(import.name, import.alias, number);
  END IF;
  RETURN number;
END $$;
COMMENT ON FUNCTION import(text, bytea, text, jsonb) IS 'Keeps a saved model as the next version of the name.';

CREATE FUNCTION import(name text, path text, alias text DEFAULT NULL, options jsonb DEFAULT '{}') RETURNS integer
LANGUAGE sql AS $$ SELECT @extschema@.import($1, pg_read_binary_file($2), $3, $4) $$;
COMMENT ON FUNCTION import(text, text, text, jsonb) IS 'The same of a file of the server, for who may read those.';

CREATE FUNCTION set_alias(name text, alias text, version integer) RETURNS void LANGUAGE sql AS $$
  INSERT INTO @extschema@.aliases (name, alias, version) VALUES ($1, $2, $3)
    ON CONFLICT ON CONSTRAINT aliases_pkey DO UPDATE SET version = excluded.version, moved = now()
$$;
COMMENT ON FUNCTION set_alias IS 'Points an alias at a version.';

-- ---- scoring ----------------------------------------------------------------------------------------------------------
-- A model is 'wine' (its alias champion, or else the newest version), 'wine@alias' or 'wine/3'. Cells are a row of any table or
-- composite type (columns that are no inputs are ignored), a jsonb object (keys that are no inputs are an error), or an array of
-- numbers in the order of the inputs. NULL is a missing cell, and means what the model makes of it; where it has no rule it is an
-- error, as at every door of Scoreway.

CREATE FUNCTION predict(model text, cells record) RETURNS jsonb
  LANGUAGE c STABLE PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'scoreway_predict';
CREATE FUNCTION predict(model text, cells jsonb) RETURNS jsonb
  LANGUAGE c STABLE PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'scoreway_predict';
CREATE FUNCTION predict(model text, cells float8[]) RETURNS jsonb
  LANGUAGE c STABLE PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'scoreway_predict';
COMMENT ON FUNCTION predict(text, record) IS 'All outputs of the model by name.';

CREATE FUNCTION predict_label(model text, cells record) RETURNS text
  LANGUAGE c STABLE PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'scoreway_predict_label';
CREATE FUNCTION predict_label(model text, cells jsonb) RETURNS text
  LANGUAGE c STABLE PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'scoreway_predict_label';
CREATE FUNCTION predict_label(model text, cells float8[]) RETURNS text
  LANGUAGE c STABLE PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'scoreway_predict_label';
COMMENT ON FUNCTION predict_label(text, record) IS 'The prediction, as text.';

CREATE FUNCTION predict_number(model text, cells record) RETURNS float8
  LANGUAGE c STABLE PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'scoreway_predict_number';
CREATE FUNCTION predict_number(model text, cells jsonb) RETURNS float8
  LANGUAGE c STABLE PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'scoreway_predict_number';
CREATE FUNCTION predict_number(model text, cells float8[]) RETURNS float8
  LANGUAGE c STABLE PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'scoreway_predict_number';
COMMENT ON FUNCTION predict_number(text, record) IS 'The prediction, as a number.';

-- One output by its name: the probability of a class, a margin, a transformed column.
CREATE FUNCTION predict_output(model text, cells record, output text) RETURNS float8
  LANGUAGE c STABLE PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'scoreway_predict_output';
CREATE FUNCTION predict_output(model text, cells jsonb, output text) RETURNS float8
  LANGUAGE c STABLE PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'scoreway_predict_output';
CREATE FUNCTION predict_output(model text, cells float8[], output text) RETURNS float8
  LANGUAGE c STABLE PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'scoreway_predict_output';
COMMENT ON FUNCTION predict_output(text, record, text) IS 'An output of numbers, by its name.';

-- A version never changes, so that what it answers may stand in an index or a generated column.
CREATE FUNCTION predict_version(model text, version integer, cells jsonb) RETURNS jsonb
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'scoreway_predict_version';
CREATE FUNCTION predict_version(model text, version integer, cells float8[]) RETURNS jsonb
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'scoreway_predict_version';
COMMENT ON FUNCTION predict_version(text, integer, jsonb) IS 'All outputs of one version, which never change.';

-- ---- looking after it -------------------------------------------------------------------------------------------------

CREATE FUNCTION loaded(OUT digest bytea, OUT bytes bigint, OUT rows bigint) RETURNS SETOF record
  LANGUAGE c STRICT VOLATILE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoreway_loaded';
COMMENT ON FUNCTION loaded IS 'The models that this backend holds in memory, their size, and the rows they have scored.';

