-- The old table has one place for what two rows may say differently by now.
DO $$
DECLARE
  torn text := (
    SELECT string_agg(id::text, ', ')
      FROM technology_templates AS template JOIN technology_patterns AS pattern USING (id)
     WHERE (template.name, template.category, template.confidence, template.metadata)
           IS DISTINCT FROM (pattern.name, pattern.category, pattern.confidence, pattern.metadata));
BEGIN
  IF torn IS NOT NULL THEN
    RAISE EXCEPTION 'technology_templates and technology_patterns say different things of %', torn
      USING HINT = 'Make name, category, confidence and metadata agree, and roll back again.';
  END IF;
END
$$;

-- What was written in the new place since goes back with the rest.
DROP VIEW git_sessions;
ALTER TABLE git_sessions_retired RENAME TO git_sessions;
DROP VIEW git_commits;
ALTER TABLE git_commits_retired RENAME TO git_commits;
DROP VIEW technology_knowledge;
ALTER TABLE technology_knowledge_retired RENAME TO technology_knowledge;
DELETE FROM technology_knowledge;
DELETE FROM git_commits;
DELETE FROM git_sessions;
INSERT INTO git_sessions TABLE git_sessions_merged;
INSERT INTO git_commits TABLE git_commits_merged;
INSERT INTO technology_knowledge TABLE technology_knowledge_joined;
