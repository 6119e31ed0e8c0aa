-- Writers are shut out first, so that no transition comes in after the count.
LOCK TABLE machines, machine_transitions IN ACCESS EXCLUSIVE MODE;

DO $$
DECLARE
  transitions bigint := (SELECT count(*) FROM machine_transitions);
BEGIN
  IF transitions > 0 THEN
    RAISE EXCEPTION 'machine_transitions has % row(s), which this would delete', transitions
      USING HINT = 'Keep a copy (CREATE TABLE machine_transitions_kept AS TABLE '
                   'machine_transitions), TRUNCATE machine_transitions, and roll back again.';
  END IF;
END
$$;

DROP VIEW process_runs;
DROP TRIGGER machines_record_transition ON machines;
DROP TRIGGER machines_number_transition ON machines;
DROP FUNCTION machines_record_transition();
DROP FUNCTION machines_number_transition();
DROP TABLE machine_transitions;
