-- Whoever still writes the old tables has written past the new place.
SELECT format('%s is not in the new place as it is in the old table (%s there, %s here): roll back to 01-rename, apply '
              'again, and change the programs that write the old table', subject, actual, expected) AS reason
  FROM (
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
 WHERE old::text IS DISTINCT FROM new::text) AS differing;
