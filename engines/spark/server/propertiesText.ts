/** The text of a Java properties file, read back by `Properties.load` exactly as given. */
export function propertiesText(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([key, value]) => `${escaped(key, /[\s:=#!\\]/g)}=${escaped(value, /^\s|[\\\n\r\t\f]/g)}\n`)
    .join('')
}

const controls: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\f': '\\f' }

function escaped(text: string, special: RegExp): string {
  return text
    .replace(special, character => controls[character] ?? `\\${character}`)
    .replace(/[^\t\x20-\x7e]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
