CREATE TABLE recipe_versions (
  -- SHA-256 of the file's bytes, in lower-case hex.
  hash          text        PRIMARY KEY,
  name          text        NOT NULL,
  source        text        NOT NULL,
  first_used_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT recipe_versions_hash_is_sha256 CHECK (hash ~ '^[0-9a-f]{64}$')
);
COMMENT ON TABLE recipe_versions IS 'Each recipe that was run, as it was then; runs name it by its hash';
