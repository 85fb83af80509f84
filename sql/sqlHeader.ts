/** A .sql file in two parts: what its leading `--` lines say, and the statement. */
export interface SqlFile {
  /** The leading comment lines, without `-- `. */
  readonly comment: readonly string[]
  readonly sql: string
}

/** Splits a .sql file into its leading comment and its statement (without the last semicolon). */
export function splitSql(text: string): SqlFile {
  const lines = text.split('\n')
  const end = lines.findIndex(line => !line.startsWith('--'))
  const comment = lines.slice(0, end === -1 ? lines.length : end).map(line => line.replace(/^-- ?/, ''))
  const sql = end === -1 ? '' : lines.slice(end).join('\n')
  return { comment, sql: sql.trim().replace(/;$/, '') }
}
