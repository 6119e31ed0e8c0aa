-- Locked before counted, so that no row comes in between.
LOCK TABLE machines, machine_components IN ACCESS EXCLUSIVE MODE;

DO $$
DECLARE
  machine_rows   bigint := (SELECT count(*) FROM machines);
  component_rows bigint := (SELECT count(*) FROM machine_components);
BEGIN
  IF machine_rows + component_rows > 0 THEN
    RAISE EXCEPTION 'machines has % row(s) and machine_components %, which this would delete',
                    machine_rows, component_rows
      USING HINT = 'Keep copies (CREATE TABLE machines_kept AS TABLE machines; likewise '
                   'machine_components), DELETE FROM machines, and roll back again.';
  END IF;
END
$$;

ALTER TABLE machines DROP COLUMN failure_component;
DROP TABLE machine_components;
DROP TABLE machines;
