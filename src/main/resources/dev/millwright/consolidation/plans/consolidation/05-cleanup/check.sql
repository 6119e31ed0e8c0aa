-- Reasons against taking the old way away: who still uses it. --soak says for how long nobody may have.
WITH limits AS (
  SELECT make_interval(secs => coalesce(nullif(current_setting('millwright.soak', true), ''), '86400')::numeric::float8)
           AS soak,
         nullif(current_setting('millwright.force_reason', true), '') IS NOT NULL AS forced
), writers AS (
  SELECT writer.*
    FROM xmltable('/table/row' PASSING query_to_xml(
           CASE WHEN to_regclass('millwright_foreign_writers') IS NULL THEN 'SELECT WHERE false'
                -- What was completed in a statement is counted beside it.
                ELSE $query$
                  SELECT database_user, application, address, max(last_at) AS last_at,
                         sum(writes) FILTER (WHERE kind IN ('update', 'insert into machine_state',
                                                            'delete from machine_state')) AS writes
                    FROM millwright_foreign_writers GROUP BY 1, 2, 3 $query$ END, false, false, '')
           COLUMNS database_user text, application text, address text, writes bigint, last_at timestamptz) AS writer
)
SELECT 'phase 04-cutover is not applied: apply it first' AS reason
 WHERE to_regclass('machine_state_before_consolidation') IS NULL
UNION ALL
SELECT format('user %s, application "%s", from %s still wrote the state of machines at %s, after %s write(s): move it to '
              'machines with state_seq, then wait until nobody has for %s (--soak), or --force --reason TEXT',
              database_user, application, address, date_trunc('second', last_at), writes, soak)
  FROM writers, limits
 WHERE NOT forced AND last_at > now() - soak
UNION ALL
SELECT format('the cut-over was at %s: only after %s (--soak) can it be said that nobody uses the old way; or '
              '--force --reason TEXT', date_trunc('second', applied_at), soak)
  FROM millwright_phases, limits
 WHERE plan = 'consolidation' AND phase = '04-cutover' AND NOT forced AND applied_at > now() - soak
UNION ALL
SELECT DISTINCT format('%s reads the view machine_state: drop it, or let it read machines', ev_class::regclass)
  FROM pg_depend JOIN pg_rewrite ON pg_rewrite.oid = objid
 WHERE pg_depend.classid = 'pg_rewrite'::regclass AND refclassid = 'pg_class'::regclass
   AND refobjid = to_regclass('machine_state') AND ev_class <> to_regclass('machine_state')
 ORDER BY 1;
