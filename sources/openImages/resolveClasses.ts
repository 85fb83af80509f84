import { userError } from '../../base/HubError.ts'
import { nearest } from '../../base/nearest.ts'

export interface NamedClass {
  readonly label: string
  readonly display_name: string
}

/**
 * Class ids for what a person wrote: an id, or a display name in any case. Of several classes with one name (Open Images has some)
 * the one with the smallest id.
 * @throws HubError `unknown_class`, with the nearest names
 */
export function resolveClasses(wanted: readonly string[], known: readonly NamedClass[]): NamedClass[] {
  const byLabel = new Map(known.map(entry => [entry.label, entry]))
  const byName = new Map<string, NamedClass>()
  for (const entry of known) {
    const name = plain(entry.display_name)
    const other = byName.get(name)
    if (other === undefined || entry.label < other.label) byName.set(name, entry)
  }
  const names = [...new Set(wanted.map(name => name.trim()).filter(name => name !== ''))]
  if (names.length === 0)
    throw userError('unknown_class', 'no class was named', 'name classes as in Car,Tree')
  const found = names.map(name => {
    const match = byLabel.get(name) ?? byName.get(plain(name))
    if (match !== undefined) return match
    const near = nearest(plain(name), [...byName.keys()]).map(key => byName.get(key)?.display_name)
    throw userError(
      'unknown_class',
      `${JSON.stringify(name)} is no class of Open Images`,
      near.length === 0
        ? 'name it as its class descriptions do, or by its id'
        : `did you mean ${near.join(', ')}?`,
    )
  })
  return [...new Map(found.map(entry => [entry.label, entry])).values()]
}

function plain(name: string): string {
  return name.normalize('NFC').trim().toLowerCase().replace(/\s+/g, ' ')
}
