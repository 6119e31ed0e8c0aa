-- Lower case, no white space, unknown words as --map says; a process id where there must be one, none
-- where there is none. What is made here is made from the machine's id: the same each time.
WITH words AS (
  SELECT lower(btrim(key)) AS word, value AS status
    FROM jsonb_each_text(coalesce(nullif(current_setting('millwright.map', true), ''), '{}')::jsonb)
), machine AS (
  SELECT machines.*, coalesce(words.status, said.word, 'offline') AS means,
         overlay(overlay(md5('process of ' || id || coalesce(extract(epoch FROM updated_at)::text, ''))
                         PLACING '8' FROM 13) PLACING '8' FROM 17)::uuid AS made
    FROM machines
   CROSS JOIN LATERAL (
         SELECT nullif(lower(regexp_replace(status, '^\s+|\s+$', '', 'g')), '') AS word) AS said
    LEFT JOIN words ON words.word = said.word
), state AS (
  SELECT machine_state.*, coalesce(words.status, said.word, 'offline') AS means
    FROM machine_state
   CROSS JOIN LATERAL (
         SELECT nullif(lower(regexp_replace(current_state, '^\s+|\s+$', '', 'g')), '') AS word) AS said
    LEFT JOIN words ON words.word = said.word
), found AS (
  SELECT 'machines' AS table_name, machine.id, serial_number, 'status' AS column_name,
         machine.status AS before, machine.means AS after, machine.means AS status
    FROM machine
  UNION ALL
  SELECT 'machines', machine.id, serial_number, 'current_process_id', current_process_id::text,
         CASE
           WHEN machine.means = 'idle' THEN NULL
           WHEN machine.means = 'processing' THEN
             coalesce(current_process_id,
                      CASE WHEN state.means = 'processing' THEN state.process_id END, made)::text
           ELSE current_process_id::text
         END, machine.means
    FROM machine LEFT JOIN state ON machine_id = machine.id
  UNION ALL
  SELECT 'machine_state', machine.id, serial_number, 'current_state', current_state, state.means, state.means
    FROM state JOIN machine ON machine.id = machine_id
  UNION ALL
  SELECT 'machine_state', machine.id, serial_number, 'process_id', process_id::text,
         CASE
           WHEN state.means = 'idle' THEN NULL
           WHEN state.means = 'processing' THEN
             coalesce(process_id,
                      CASE WHEN machine.means = 'processing' THEN current_process_id END, made)::text
           ELSE process_id::text
         END, state.means
    FROM state JOIN machine ON machine.id = machine_id
)
SELECT table_name, id::text AS row_key, column_name, before, after,
       serial_number || ': ' || CASE
         WHEN column_name IN ('current_process_id', 'process_id') THEN
           CASE WHEN after IS NULL THEN 'idle, but with a process' ELSE 'processing, but without a process' END
         WHEN before IS NULL THEN 'nothing said: nothing is known'
         WHEN lower(regexp_replace(before, '^\s+|\s+$', '', 'g')) = after THEN 'upper case or white space'
         WHEN btrim(before) = '' THEN 'nothing said: nothing is known'
         ELSE 'this word is mapped'
       END AS why
  FROM found
 WHERE before IS DISTINCT FROM after
 ORDER BY table_name, serial_number, column_name DESC;
