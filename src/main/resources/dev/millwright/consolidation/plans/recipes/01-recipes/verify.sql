\ir ../../schema/04-recipes/verify.sql
