WITH expected (subject, expected) AS (VALUES
  ('codebase_snapshots.id', 'bigint not null'),
  ('codebase_snapshots.event_type', 'text not null'),
  ('codebase_snapshots.codebase_id', 'text not null'),
  ('codebase_snapshots.detector', 'text'),
  ('codebase_snapshots.confidence', 'numeric'),
  ('codebase_snapshots.metadata', 'jsonb'),
  ('codebase_snapshots.inserted_at', 'timestamp with time zone not null'),
  ('detection_events.codebase', 'text'),
  ('detection_events.data', 'jsonb')
), actual (subject, actual) AS (
  SELECT relname || '.' || attname,
         format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' not null' ELSE '' END
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
   WHERE attrelid IN (to_regclass('codebase_snapshots'), to_regclass('detection_events'))
     AND attnum > 0 AND NOT attisdropped
)
SELECT subject, expected, coalesce(actual, 'missing') AS actual
  FROM expected LEFT JOIN actual USING (subject) WHERE actual IS DISTINCT FROM expected ORDER BY 1;
