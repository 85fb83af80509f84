import type { DuckDBConnection } from '@duckdb/node-api'

/** The few Spark SQL functions of the pipelines' queries that DuckDB lacks, so that one text runs on both. */
const macros = [
  'CREATE MACRO array_join(list, separator) AS array_to_string(list, separator)',
  'CREATE MACRO array_remove(list, element) AS list_filter(list, lambda x: x <> element)',
  'CREATE MACRO get(list, place) AS list_extract(list, place + 1)',
]

export async function defineSparkFunctions(connection: DuckDBConnection): Promise<void> {
  for (const macro of macros) await connection.run(macro)
}
