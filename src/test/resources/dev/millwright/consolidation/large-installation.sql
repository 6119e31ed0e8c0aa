-- An installation of ${machines} machines with everything that was ever met in one (LEGACY.md), each
-- kind many times and in many combinations. The same call makes the same rows.
-- Some components were deleted behind the back of the foreign key, as after a restore without it.
ALTER TABLE machine_state DROP CONSTRAINT machine_state_failure_component_fkey;

CREATE FUNCTION pg_temp.id(kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
  AS 'SELECT md5(kind || n)::uuid';

INSERT INTO machines (id, serial_number, lab_name, status, current_process_id, updated_at)
SELECT pg_temp.id('machine', n), 'M-' || n, 'lab ' || n % 7, said.status,
       CASE
         -- Processing without a process, idle with one, error with a stale one.
         WHEN n % 13 = 0 THEN NULL
         WHEN lower(trim(said.status)) IN ('processing', 'running') OR n % 11 = 0
         THEN pg_temp.id('process', n)
       END,
       CASE WHEN n % 997 = 0 THEN NULL
            ELSE timestamptz '2025-09-01 00:00Z' + n * interval '1 second' END
  FROM generate_series(1, ${machines}) AS n,
       LATERAL (SELECT (ARRAY['idle', 'processing', 'error', 'offline', 'IDLE', ' idle', 'Processing',
                              'ERROR', E'offline\t', 'running', 'online', NULL, 'idle', 'idle', 'failed',
                              'executing', 'queued'])[1 + n % 17] AS status) AS said;

INSERT INTO machine_components (id, machine_id, name, type)
SELECT pg_temp.id('component', n), pg_temp.id('machine', n), 'Pump', 'pump'
  FROM generate_series(1, ${machines}) AS n WHERE n % 5 = 0;

-- Three of four have a row; of these a third says something else than machines, older or newer.
INSERT INTO machine_state (machine_id, current_state, process_id, state_since, is_failure_mode,
  failure_component, failure_description, updated_at)
SELECT machines.id,
       CASE WHEN n % 3 = 0
            THEN (ARRAY['IDLE', 'PROCESSING', 'ERROR', 'OFFLINE', 'idle ', 'RUNNING', NULL])[1 + n % 7]
            ELSE upper(status) END,
       CASE WHEN n % 6 = 0 THEN pg_temp.id('stale process', n)
            WHEN n % 17 <> 1 THEN current_process_id END,
       CASE WHEN n % 19 <> 0 THEN since.at END,
       CASE WHEN n % 23 = 0 THEN NULL ELSE n % 4 = 1 OR lower(trim(status)) = 'error' AND n % 2 = 0 END,
       CASE WHEN n % 10 = 0 THEN pg_temp.id('component', n)
            WHEN n % 10 = 5 THEN pg_temp.id('deleted component', n) END,
       CASE WHEN n % 4 = 1 THEN 'Pressure too low, run ' || n END,
       CASE WHEN n % 29 <> 0 THEN since.at + interval '100 ms' END
  FROM generate_series(1, ${machines}) AS n
  JOIN machines ON machines.id = pg_temp.id('machine', n),
       LATERAL (SELECT timestamptz '2025-09-01 00:00Z' + n * interval '1 second'
                       + CASE n % 2 WHEN 0 THEN interval '-90 seconds' ELSE interval '90 seconds' END AS at)
         AS since
 WHERE n % 4 > 0;
ANALYZE;
