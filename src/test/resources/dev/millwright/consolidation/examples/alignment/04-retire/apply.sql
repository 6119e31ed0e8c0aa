-- Nobody reads or writes from here on, so the second look below is the last word.
LOCK TABLE git_sessions, git_commits, technology_knowledge IN ACCESS EXCLUSIVE MODE;

DO $$
DECLARE
  lost text := (SELECT string_agg(subject, ', ') FROM (
\ir differing.sql
) AS differing);
BEGIN
  IF lost IS NOT NULL THEN
    RAISE EXCEPTION 'written since the check, and not in the new place: %', lost
      USING HINT = 'Roll back to 01-rename and apply again.';
  END IF;
END
$$;

-- The tables are kept as they are, with keys, defaults, indexes and grants; who reads them goes on reading.
ALTER TABLE git_sessions RENAME TO git_sessions_retired;
CREATE VIEW git_sessions AS TABLE git_sessions_merged;
ALTER TABLE git_commits RENAME TO git_commits_retired;
CREATE VIEW git_commits AS TABLE git_commits_merged;
ALTER TABLE technology_knowledge RENAME TO technology_knowledge_retired;
CREATE VIEW technology_knowledge AS TABLE technology_knowledge_joined;
