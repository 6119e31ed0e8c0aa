-- Rows whose last change was 03-copy's, and that do not say what it wrote.
SELECT serial_number || ': machines.' || column_name AS subject, after AS expected,
       coalesce(to_jsonb(machines) ->> column_name, 'nothing') AS actual
  FROM millwright_changes JOIN machines ON id = row_key::uuid
 WHERE plan = 'consolidation' AND phase = '03-copy'
   AND last_detail -> 'consolidation' ->> 'phase' = '03-copy'
   AND CASE column_name
         -- Told again, a state may have another time; never none.
         WHEN 'state_since' THEN state_since IS NULL
         ELSE to_jsonb(machines) ->> column_name IS DISTINCT FROM after
       END
 ORDER BY 1;
