SELECT format('%s exists already: it is not this plan''s, rename it', name) AS reason
  FROM unnest(ARRAY['technology_templates', 'technology_patterns']) AS name
 WHERE to_regclass(name) IS NOT NULL;
