\ir ../01-normalise/lock.sql
