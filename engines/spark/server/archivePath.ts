import { join } from 'node:path'
import type { Java } from '../setup/findJava.ts'

/** Where `shareClasses` keeps the classes of a Connect server for the next ones: read in place of the jars, they halve its start-up. */
export function archivePath(home: string, java: Java): string {
  return join(home, `classes-${java.version}.jsa`)
}
