-- Until it is retired the old table is what programs write, and these are a copy of it.
DROP VIEW technology_knowledge_joined;
DROP TABLE technology_templates, technology_patterns;
