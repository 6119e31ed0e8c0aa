-- Rows that did not come out as they went in.
SELECT 'technology_knowledge ' || coalesce(old.id, new.id) AS subject,
       coalesce(old::text, 'no row') AS expected, coalesce(new::text, 'no row') AS actual
  FROM technology_knowledge AS old FULL JOIN technology_knowledge_joined AS new ON new.id = old.id
 WHERE old::text IS DISTINCT FROM new::text
 ORDER BY 1;
