-- Whoever still writes the old tables has written past the new place.
SELECT format('%s is not in the new place as it is in the old table (%s there, %s here): roll back to 01-rename, apply '
              'again, and change the programs that write the old table', subject, actual, expected) AS reason
  FROM (
\ir differing.sql
) AS differing;
