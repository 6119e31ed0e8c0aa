-- Reasons against giving the old tables the shape of plan schema.
SELECT 'phase 01-normalise is not applied: apply it first' AS reason
 WHERE to_regclass('consolidation_words') IS NULL
UNION ALL
SELECT * FROM (
\ir ../words.sql
) AS words
UNION ALL
SELECT format('%s.%s is %s, not %s: ALTER TABLE %1$s %5$s', name, wanted.attribute, coalesce(actual.type, 'missing'),
              wanted.type,
              CASE WHEN actual.type IS NULL THEN format('ADD COLUMN %I %s', wanted.attribute, wanted.type)
                   ELSE format('ALTER COLUMN %I TYPE %s', wanted.attribute, wanted.type) END)
  FROM (VALUES ('machine_components', 'id', 'uuid', true), ('machine_components', 'machine_id', 'uuid', true),
          ('machine_components', 'name', 'text', true), ('machine_components', 'type', 'text', false),
          ('recipe_commands', 'id', 'uuid', true), ('recipe_commands', 'machine_id', 'uuid', false),
          ('recipe_commands', 'type', 'text', true), ('recipe_commands', 'parameters', 'jsonb', false),
          ('recipe_commands', 'status', 'text', false), ('recipe_commands', 'error_message', 'text', false),
          ('recipe_commands', 'executed_at', 'timestamp with time zone', false),
          ('recipe_commands', 'created_at', 'timestamp with time zone', false),
          ('recipe_commands', 'updated_at', 'timestamp with time zone', false),
          ('recipe_commands', 'batch_id', 'text', false), ('recipe_commands', 'claimed_by', 'uuid', false),
          ('recipe_commands', 'process_id', 'uuid', false), ('recipe_commands', 'operator', 'text', false),
          ('recipe_commands', 'reason', 'text', false))
         AS wanted (name, attribute, type, needed)
  LEFT JOIN LATERAL (
       SELECT CASE WHEN atttypid = 'varchar'::regtype THEN 'text' ELSE format_type(atttypid, NULL) END AS type
         FROM pg_attribute
        WHERE attrelid = to_regclass(name) AND attname = wanted.attribute AND NOT attisdropped) AS actual ON true
 WHERE to_regclass(name) IS NOT NULL AND actual.type IS DISTINCT FROM wanted.type
   AND (actual.type IS NOT NULL OR wanted.needed)
UNION ALL
SELECT 'table recipe_versions exists already, but millwright_phases does not say that this plan made it: rename or '
       'drop it'
 WHERE to_regclass('recipe_versions') IS NOT NULL
UNION ALL
SELECT format('%s components of machine %s are all named "%s": a failure names its component by name, so rename '
              'them', n, machine, name)
  FROM xmltable('/table/row' PASSING query_to_xml(
         CASE WHEN to_regclass('machine_components') IS NULL THEN 'SELECT WHERE false' ELSE $query$
         SELECT serial_number AS machine, component.name, count(*) AS n
           FROM machine_components AS component JOIN machines ON machines.id = machine_id
          GROUP BY serial_number, component.name HAVING count(*) > 1 LIMIT 20 $query$ END, false, false, '')
         COLUMNS machine text, name text, n bigint) AS twice
UNION ALL
SELECT format('%s row(s) of machine_components have no machine or no name, such as %s: complete or delete them', n,
              example)
  FROM xmltable('/table/row' PASSING query_to_xml(
         CASE WHEN to_regclass('machine_components') IS NULL THEN 'SELECT WHERE false' ELSE $query$
         SELECT count(*) AS n, min(component.id::text) AS example
           FROM machine_components AS component LEFT JOIN machines ON machines.id = machine_id
          WHERE name IS NULL OR machines.id IS NULL HAVING count(*) > 0 $query$ END, false, false, '')
         COLUMNS n bigint, example text) AS lost
UNION ALL
SELECT format('recipe_commands has %s row(s) %s, such as %s: %s', n, what, example, remedy)
  FROM xmltable('/table/row' PASSING query_to_xml(
         CASE WHEN to_regclass('recipe_commands') IS NULL THEN 'SELECT WHERE false' ELSE $query$
         SELECT what, remedy, count(*) AS n, min(example) AS example
           FROM (SELECT 'without a status' AS what, command.id::text AS example,
                        'a command without one would be carried out, so give it one, or delete it' AS remedy
                   FROM recipe_commands AS command WHERE status IS NULL
                 UNION ALL
                 SELECT 'of machines that do not exist', command.id::text, 'delete them'
                   FROM recipe_commands AS command LEFT JOIN machines ON machines.id = machine_id
                  WHERE machine_id IS NOT NULL AND machines.id IS NULL) AS wrong
          GROUP BY what, remedy $query$ END, false, false, '')
         COLUMNS what text, remedy text, n bigint, example text) AS unfit
UNION ALL
SELECT DISTINCT format('view %s uses %s.%s, whose type changes from varchar to text: drop it, and make it again '
              'afterwards', ev_class::regclass, refobjid::regclass, attname)
  FROM pg_depend JOIN pg_rewrite ON pg_rewrite.oid = objid
  JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
 WHERE pg_depend.classid = 'pg_rewrite'::regclass AND refclassid = 'pg_class'::regclass
   AND refobjid IN (to_regclass('machines'), to_regclass('machine_components'), to_regclass('recipe_commands'))
   AND attname IN ('serial_number', 'status', 'name', 'type', 'error_message') AND atttypid = 'varchar'::regtype
UNION ALL
SELECT format('%s.%s: machines must each have one of its own, and not null', 'machines', 'serial_number')
  FROM xmltable('/table/row' PASSING query_to_xml(
         CASE WHEN to_regclass('machines') IS NULL THEN 'SELECT WHERE false' ELSE $query$
         SELECT 1 AS n FROM machines HAVING count(*) > count(DISTINCT serial_number) $query$ END, false, false, '')
         COLUMNS n bigint) AS twice
 ORDER BY 1;
