-- Versions under the numbers that they have elsewhere, and models that all processes share.
\echo Use "ALTER EXTENSION scoreway UPDATE TO '1.1'" to load this file. \quit

ALTER TABLE models ADD COLUMN artifact_digest bytea NOT NULL GENERATED ALWAYS AS (sha256(artifact)) STORED;
COMMENT ON COLUMN models.artifact_digest IS 'SHA-256 of the artifact alone, as registries know it.';

CREATE FUNCTION import_version(name text, version integer, artifact bytea, options jsonb DEFAULT '{}') RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  wanted bytea := sha256(import_version.artifact || convert_to(import_version.options::text, 'UTF8'));
  kept bytea;
BEGIN
  INSERT INTO @extschema@.numbers AS n VALUES (import_version.name, import_version.version)
    ON CONFLICT ON CONSTRAINT numbers_pkey DO UPDATE SET version = greatest(n.version, excluded.version);
  SELECT m.digest INTO kept FROM @extschema@.models m WHERE m.name = import_version.name AND m.version = import_version.version;
  IF kept = wanted THEN
    RETURN false;
  ELSIF kept IS NOT NULL THEN
    RAISE EXCEPTION 'another model is "%/%" here already', import_version.name, import_version.version USING ERRCODE = 'unique_violation';
  END IF;
  INSERT INTO @extschema@.models (name, version, artifact, options, digest, description)
    VALUES (import_version.name, import_version.version, import_version.artifact, import_version.options, wanted,
            @extschema@.describe(import_version.artifact, import_version.options));
  RETURN true;
END $$;
COMMENT ON FUNCTION import_version IS 'Keeps a saved model under the number that it has in a registry; false if it is there already.';

DROP FUNCTION loaded();
CREATE FUNCTION loaded(OUT digest bytea, OUT bytes bigint, OUT rows bigint, OUT shared boolean) RETURNS SETOF record
  LANGUAGE c STRICT VOLATILE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoreway_loaded';
COMMENT ON FUNCTION loaded IS 'The models that this backend holds in memory, their size, the rows they have scored, and whether all processes of the server share them (scoreway.preload).';
