-- The old names are views that anybody may read as before.
SELECT 'relation ' || name AS subject, 'a view, and ' || name || '_retired a table' AS expected,
       coalesce(view.relkind::text, 'missing') || ', ' || coalesce(kept.relkind::text, 'missing') AS actual
  FROM unnest(ARRAY['git_sessions', 'git_commits', 'technology_knowledge']) AS name
  LEFT JOIN pg_class AS view ON view.oid = to_regclass(name)
  LEFT JOIN pg_class AS kept ON kept.oid = to_regclass(name || '_retired')
 WHERE view.relkind IS DISTINCT FROM 'v' OR kept.relkind IS DISTINCT FROM 'r'
 ORDER BY 1;
