-- Reasons against giving a database that was consolidated before there were recipes what running them needs.
SELECT 'column machines.state_seq is missing: apply plan consolidation, which brings all of this, or plan schema'
       AS reason
 WHERE to_regclass('machines') IS NULL
    OR NOT EXISTS (SELECT FROM pg_attribute
                    WHERE attrelid = to_regclass('machines') AND attname = 'state_seq' AND NOT attisdropped)
UNION ALL
-- Asked as a text: the table may not be there.
SELECT 'plan schema has made this database: apply its phase 04-recipes (migrate apply --plan schema)'
 WHERE CASE WHEN to_regclass('millwright_phases') IS NOT NULL
            THEN query_to_xml('SELECT FROM millwright_phases WHERE plan = ''schema''', false, true, '')::text <> ''
            ELSE false END
UNION ALL
SELECT reason FROM (
\ir ../../schema/04-recipes/check.sql
) AS phase;
