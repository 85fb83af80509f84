import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export type SqlFolder = 'queries' | 'views' | 'macros' | 'pipelines'

/** Names, in alphabetical order and without `.sql`, of the files of a folder below sql/. */
export function sqlNames(folder: SqlFolder): string[] {
  return readdirSync(folderPath(folder))
    .filter(file => file.endsWith('.sql'))
    .map(file => file.slice(0, -'.sql'.length))
    .sort()
}

/** The text of one file below sql/. */
export function readSql(folder: SqlFolder, name: string): string {
  return readFileSync(join(folderPath(folder), `${name}.sql`), 'utf8')
}

/** The .sql files lie beside this module in the sources; compiled to dist/sql/ it finds them two folders up. */
function folderPath(folder: SqlFolder): string {
  const beside = fileURLToPath(new URL(`./${folder}/`, import.meta.url))
  return existsSync(beside) ? beside : fileURLToPath(new URL(`../../sql/${folder}/`, import.meta.url))
}
