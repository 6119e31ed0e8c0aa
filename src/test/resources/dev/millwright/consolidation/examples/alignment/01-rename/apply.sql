-- No row is touched. Columns that the new shape does not name stay, instead of being discarded.
ALTER TABLE detection_events RENAME TO codebase_snapshots;
ALTER TABLE codebase_snapshots RENAME COLUMN codebase TO codebase_id;
ALTER TABLE codebase_snapshots RENAME COLUMN data TO metadata;
ALTER INDEX detection_events_codebase_index RENAME TO codebase_snapshots_codebase_id_index;
ALTER SEQUENCE detection_events_id_seq RENAME TO codebase_snapshots_id_seq;
ALTER TABLE codebase_snapshots RENAME CONSTRAINT detection_events_pkey TO codebase_snapshots_pkey;

-- The old name goes on being read and written: a view of one table is updatable, defaults included.
CREATE VIEW detection_events AS
SELECT id, event_type, codebase_id AS codebase, detector, confidence, metadata AS data, inserted_at
  FROM codebase_snapshots;
