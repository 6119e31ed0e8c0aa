-- Rows that are not in the new place as they are in the old tables, by their whole content.
SELECT 'git_sessions ' || coalesce(old.id, new.id) AS subject,
       coalesce(old::text, 'no row') AS expected, coalesce(new::text, 'no row') AS actual
  FROM git_sessions AS old FULL JOIN git_sessions_merged AS new ON new.id = old.id
 WHERE old::text IS DISTINCT FROM new::text
UNION ALL
SELECT 'git_commits ' || coalesce(old.id, new.id) AS subject,
       coalesce(old::text, 'no row') AS expected, coalesce(new::text, 'no row') AS actual
  FROM git_commits AS old FULL JOIN git_commits_merged AS new ON new.id = old.id
 WHERE old::text IS DISTINCT FROM new::text
UNION ALL
SELECT 'technology_knowledge ' || coalesce(old.id, new.id) AS subject,
       coalesce(old::text, 'no row') AS expected, coalesce(new::text, 'no row') AS actual
  FROM technology_knowledge AS old FULL JOIN technology_knowledge_joined AS new ON new.id = old.id
 WHERE old::text IS DISTINCT FROM new::text;
