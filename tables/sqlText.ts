/** A text as an SQL literal. */
export function sqlText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}

/** A name as an SQL identifier. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** `read_parquet([...])` of exactly these files, columns matched by name. */
export function readParquet(files: readonly string[]): string {
  return `read_parquet([${files.map(sqlText).join(', ')}], union_by_name = true)`
}
