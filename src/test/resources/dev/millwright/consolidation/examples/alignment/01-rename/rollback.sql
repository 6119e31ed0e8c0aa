DROP VIEW detection_events;
ALTER TABLE codebase_snapshots RENAME CONSTRAINT codebase_snapshots_pkey TO detection_events_pkey;
ALTER SEQUENCE codebase_snapshots_id_seq RENAME TO detection_events_id_seq;
ALTER INDEX codebase_snapshots_codebase_id_index RENAME TO detection_events_codebase_index;
ALTER TABLE codebase_snapshots RENAME COLUMN metadata TO data;
ALTER TABLE codebase_snapshots RENAME COLUMN codebase_id TO codebase;
ALTER TABLE codebase_snapshots RENAME TO detection_events;
