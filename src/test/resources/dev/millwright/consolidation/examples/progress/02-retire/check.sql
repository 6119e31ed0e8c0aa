-- Whoever still writes the old tables has written past the new place.
SELECT format('%s is not in the new place as it is in the old table (%s there, %s here): roll back before 01-fold, apply '
              'again, and change the programs that write the old table', subject, actual, expected) AS reason
  FROM (
\ir ../01-fold/verify.sql
) AS differing;
