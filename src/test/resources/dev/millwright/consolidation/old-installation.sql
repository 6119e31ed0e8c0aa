-- The 18 machines of the real installation: 5 with a row in machine_state, 13 without one. Their ids are always the
-- same, so that what is printed of them can be compared.
INSERT INTO machines (id, serial_number, lab_name, status, updated_at, is_virtual)
SELECT md5('machine ' || n)::uuid, serial_number, 'lab ' || 1 + n % 3, status,
       timestamptz '2025-09-20 08:00Z' + n * interval '1 hour', serial_number LIKE 'VIRTUAL%'
  FROM unnest(
       ARRAY['MACHINE-001', 'VIRTUAL-DEV-001', 'VIRTUAL-DEV-002', 'VIRTUAL-DEV-003', 'VIRTUAL-TEST-001',
             'E2E-001', 'E2E-002', 'E2E-003', 'E2E-004', 'RT-001', 'RT-002', 'RT-003', 'SERIAL-001',
             'SERIAL-002', 'SERIAL-003', 'TEST-001', 'TEST-002', 'TEST-003'],
       ARRAY['error', 'idle', 'idle', 'idle', 'idle',
             'idle', 'idle', 'offline', 'offline', 'idle', 'offline', 'offline', 'idle',
             'idle', 'offline', 'idle', 'offline', 'offline'])
       WITH ORDINALITY AS machine (serial_number, status, n);

INSERT INTO machine_components (machine_id, name, type)
SELECT id, name, type
  FROM machines, (VALUES ('Valve 1', 'valve'), ('MFC 1', 'mass flow controller')) AS c (name, type)
 WHERE serial_number IN ('MACHINE-001', 'VIRTUAL-DEV-001');

INSERT INTO machine_state (machine_id, current_state, state_since, is_failure_mode,
  failure_component, failure_description, updated_at)
SELECT id, CASE WHEN status = 'idle' THEN 'IDLE' ELSE status END, updated_at - interval '1 minute',
       status = 'error',
       (SELECT c.id FROM machine_components AS c WHERE c.machine_id = machines.id
           AND name = 'Valve 1' AND machines.status = 'error'),
       CASE WHEN status = 'error' THEN 'Valve 1 does not close' END, updated_at
  FROM machines
 WHERE serial_number = 'MACHINE-001' OR serial_number LIKE 'VIRTUAL%';

INSERT INTO recipe_commands (type, parameters, status, machine_id, error_message, created_at)
SELECT 'start_recipe', '{"recipe": "R42"}', 'error', id, 'machine is in error',
       timestamptz '2025-09-20 09:30Z'
  FROM machines WHERE serial_number = 'MACHINE-001';
