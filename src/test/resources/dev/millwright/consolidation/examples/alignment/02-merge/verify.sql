-- Rows that did not come out as they went in.
SELECT 'git_sessions ' || coalesce(old.id, new.id) AS subject,
       coalesce(old::text, 'no row') AS expected, coalesce(new::text, 'no row') AS actual
  FROM git_sessions AS old FULL JOIN git_sessions_merged AS new ON new.id = old.id
 WHERE old::text IS DISTINCT FROM new::text
UNION ALL
SELECT 'git_commits ' || coalesce(old.id, new.id) AS subject,
       coalesce(old::text, 'no row') AS expected, coalesce(new::text, 'no row') AS actual
  FROM git_commits AS old FULL JOIN git_commits_merged AS new ON new.id = old.id
 WHERE old::text IS DISTINCT FROM new::text
 ORDER BY 1;
