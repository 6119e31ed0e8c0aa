LOCK TABLE technology_knowledge IN SHARE MODE;

-- One table becomes two. A row that is both goes into both, under one id; one that is neither is kept as a
-- template without content. So the numbers of rows need not match, and are not compared.
CREATE TABLE technology_templates (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, category text, template jsonb,
  confidence double precision, metadata jsonb DEFAULT '{}', updated_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE technology_patterns (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, category text, pattern text NOT NULL,
  confidence double precision, metadata jsonb DEFAULT '{}', updated_at timestamptz NOT NULL DEFAULT now());
INSERT INTO technology_templates
SELECT id, name, category, template, confidence, metadata, updated_at
  FROM technology_knowledge WHERE template IS NOT NULL OR pattern IS NULL;
INSERT INTO technology_patterns
SELECT id, name, category, pattern, confidence, metadata, updated_at
  FROM technology_knowledge WHERE pattern IS NOT NULL;

-- Where the halves of a row differ by now the one that was changed last is shown; rolling back asks for one.
CREATE VIEW technology_knowledge_joined AS
SELECT id, half.name, half.category, template.template, pattern.pattern, half.confidence, half.metadata,
       half.updated_at
  FROM technology_templates AS template FULL JOIN technology_patterns AS pattern USING (id)
 CROSS JOIN LATERAL (
       SELECT template.name, template.category, template.confidence, template.metadata, template.updated_at
        WHERE pattern.name IS NULL OR template.updated_at >= pattern.updated_at
       UNION ALL
       SELECT pattern.name, pattern.category, pattern.confidence, pattern.metadata, pattern.updated_at
        WHERE template.name IS NULL OR template.updated_at < pattern.updated_at) AS half;
