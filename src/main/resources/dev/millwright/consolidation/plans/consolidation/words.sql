-- Words that are no status and that nobody has said the meaning of, in either table. Where a table or column is missing
-- its content cannot be named in a query, so that is asked for as text.
WITH map AS (
  SELECT lower(btrim(key)) AS word, value AS status
    FROM jsonb_each_text(coalesce(nullif(current_setting('millwright.map', true), ''), '{}')::jsonb)
), ready AS (
  SELECT count(*) = 5 AS ok
    FROM pg_attribute
   WHERE NOT attisdropped
     AND (attrelid = to_regclass('machines') AND attname IN ('id', 'serial_number', 'status')
          OR attrelid = to_regclass('machine_state') AND attname IN ('machine_id', 'current_state'))
)
SELECT format('--map %s=%s: "%2$s" is none of offline, idle, processing, error', word, status) AS reason
  FROM map WHERE status NOT IN ('offline', 'idle', 'processing', 'error')
UNION ALL
SELECT format('%s machine(s) have the status "%s" in %s, such as %s, and nobody has said what it means: add '
              '--map %2$s=idle, or offline, processing or error', machines, word, told, example)
  FROM ready,
       xmltable('/table/row' PASSING query_to_xml(CASE WHEN NOT ready.ok THEN 'SELECT WHERE false' ELSE $query$
         SELECT told, word, count(*) AS machines, min(serial_number) AS example
           FROM (SELECT 'machines' AS told, id::text, lower(regexp_replace(status::text, '^\s+|\s+$', '', 'g')) AS word
                   FROM machines
                 UNION ALL
                 SELECT 'machine_state', machine_id::text,
                        lower(regexp_replace(current_state::text, '^\s+|\s+$', '', 'g'))
                   FROM machine_state) AS said
           JOIN machines ON machines.id::text = said.id
          WHERE word NOT IN ('', 'offline', 'idle', 'processing', 'error')
          GROUP BY told, word $query$ END, false, false, '')
         COLUMNS told text, word text, machines bigint, example text) AS said
 WHERE word NOT IN (SELECT word FROM map);
