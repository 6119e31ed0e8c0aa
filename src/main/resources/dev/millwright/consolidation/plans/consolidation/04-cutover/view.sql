-- Plain columns only: so PostgreSQL itself makes the view updatable, ON CONFLICT included.
CREATE VIEW machine_state AS
SELECT id AS machine_id, status AS current_state, current_process_id AS process_id, state_since, is_failure_mode,
       failure_component, failure_description, updated_at
  FROM machines;
COMMENT ON VIEW machine_state IS 'What old programs read and write in place of the table of this name; the facts are in machines';
ALTER VIEW machine_state ALTER COLUMN current_state SET DEFAULT '';
ALTER VIEW machine_state ALTER COLUMN state_since SET DEFAULT now();

CREATE TRIGGER machine_state_delete INSTEAD OF DELETE ON machine_state
  FOR EACH ROW EXECUTE FUNCTION consolidation_delete_state();

-- Owner and grants are the old table's, and no others: a schema's default privileges do not widen them.
DO $$
DECLARE
  old   constant regclass := 'machine_state_before_consolidation';
  owner constant name := (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = old);
  granted record;
BEGIN
  IF owner <> current_user THEN
    EXECUTE format('ALTER VIEW machine_state OWNER TO %I', owner);
  END IF;
  FOR granted IN
    SELECT DISTINCT grantee FROM pg_class, aclexplode(relacl)
     WHERE oid = 'machine_state'::regclass AND grantee <> relowner
  LOOP
    EXECUTE format('REVOKE ALL ON machine_state FROM %s',
                   CASE granted.grantee WHEN 0 THEN 'PUBLIC' ELSE granted.grantee::regrole::text END);
  END LOOP;
  FOR granted IN
    SELECT privilege_type, grantee, is_grantable, NULL::name AS attname FROM pg_class, aclexplode(relacl)
     WHERE oid = old AND grantee <> relowner
    UNION ALL
    SELECT privilege_type, grantee, is_grantable, attname FROM pg_attribute, aclexplode(attacl)
     WHERE attrelid = old AND NOT attisdropped
  LOOP
    EXECUTE format('GRANT %s%s ON machine_state TO %s%s', granted.privilege_type,
                   ' (' || quote_ident(granted.attname) || ')',
                   CASE granted.grantee WHEN 0 THEN 'PUBLIC' ELSE granted.grantee::regrole::text END,
                   CASE WHEN granted.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END);
  END LOOP;
END
$$;
