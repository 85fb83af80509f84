-- One row is one column of one table or view, with what its values say.
SELECT c.table_name, v.comment AS table_doc, c.column_name, c.data_type, c.comment AS column_doc
FROM duckdb_columns() AS c
LEFT JOIN (
  SELECT view_name AS table_name, comment FROM duckdb_views()
  UNION ALL
  SELECT table_name, comment FROM duckdb_tables()
) AS v ON v.table_name = c.table_name
WHERE NOT c.internal
ORDER BY c.table_name, c.column_index
