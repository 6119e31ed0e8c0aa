-- Reasons against creating machines and machine_components here.
SELECT format('role %I may not create tables in schema %I: GRANT CREATE ON SCHEMA %2$I TO %1$I',
              current_user, current_schema()) AS reason
 WHERE NOT has_schema_privilege(current_schema(), 'CREATE')
UNION ALL
SELECT 'the server is PostgreSQL ' || current_setting('server_version')
       || '; 13 is the oldest with gen_random_uuid()'
 WHERE current_setting('server_version_num')::int < 130000
UNION ALL
SELECT format('table %s exists already, without the columns %s: it belongs to another system, '
              'whose data plan consolidation carries over', found.name, missing.columns)
  FROM (VALUES
         ('machines', ARRAY['id', 'serial_number', 'status', 'current_process_id', 'updated_at',
           'state_since', 'is_failure_mode', 'failure_component', 'failure_description',
           'state_seq', 'last_event', 'last_transition_id', 'last_detail', 'progress']),
         ('machine_components', ARRAY['id', 'machine_id', 'name', 'type'])) AS found(name, columns)
 CROSS JOIN LATERAL (
       SELECT string_agg(wanted, ', ') AS columns
         FROM unnest(found.columns) AS wanted
        WHERE NOT EXISTS (
              SELECT FROM pg_attribute
               WHERE attrelid = to_regclass(found.name) AND attname = wanted
                 AND attnum > 0 AND NOT attisdropped)) AS missing
 WHERE to_regclass(found.name) IS NOT NULL AND missing.columns IS NOT NULL
UNION ALL
SELECT format('table %s exists already, with all of our columns, but millwright_phases does not say '
              'that this plan made it%s', found.name,
              CASE WHEN to_regclass('recipe_commands') IS NOT NULL AND to_regclass('recipe_versions') IS NULL
                   THEN '; if plan consolidation did, before there were recipes: migrate apply --plan recipes'
                   ELSE '' END)
  FROM (VALUES
         ('machines', ARRAY['state_seq', 'last_event', 'last_transition_id', 'last_detail']),
         ('machine_components', ARRAY['id', 'machine_id', 'name', 'type'])) AS found(name, columns)
 WHERE to_regclass(found.name) IS NOT NULL
   AND NOT EXISTS (
       SELECT FROM unnest(found.columns) AS wanted
        WHERE NOT EXISTS (
              SELECT FROM pg_attribute
               WHERE attrelid = to_regclass(found.name) AND attname = wanted
                 AND attnum > 0 AND NOT attisdropped));
