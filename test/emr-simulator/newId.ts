import { randomInt } from 'node:crypto'

const characters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** An id as EMR makes them: `j-1K48XXXXXXHCB`. */
export function newId(prefix: string): string {
  return `${prefix}-${Array.from({ length: 13 }, () => characters[randomInt(characters.length)]).join('')}`
}
