\ir ../03-copy/preview.sql
