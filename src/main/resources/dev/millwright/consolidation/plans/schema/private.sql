-- What was just made is its owner's alone: a site's default privileges, or PostgreSQL's for functions, give rights
-- to others from the start. Setting millwright.made names it: relations, and functions with their parameter types,
-- separated by semicolons. A site's own grants come later and stay, so this is for new objects only.
DO $$
DECLARE
  made record;
BEGIN
  FOR made IN
    WITH named (name) AS (
      SELECT btrim(name) FROM regexp_split_to_table(current_setting('millwright.made'), ';') AS name
    ), objects (words, owner, rights) AS (
      SELECT 'FUNCTION ' || oid::regprocedure, proowner, coalesce(proacl, acldefault('f', proowner))
        FROM named JOIN pg_proc ON oid = CASE WHEN name LIKE '%)' THEN name::regprocedure END
      UNION ALL
      SELECT 'TABLE ' || oid::regclass, relowner, relacl
        FROM named JOIN pg_class ON oid = CASE WHEN name NOT LIKE '%)' THEN name::regclass END
    )
    SELECT DISTINCT words, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END AS grantee
      FROM objects, aclexplode(rights) WHERE grantee <> owner
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM %s', made.words, made.grantee);
  END LOOP;
END
$$;
