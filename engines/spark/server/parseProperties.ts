const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' }

/**
 * Reads the text of a Java properties file, as Spark reads its spark-defaults.conf: a key ends at white space, `=` or `:`; a backslash at the end
 * goes on in the next line (https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/Properties.html#load(java.io.Reader)).
 */
export function parseProperties(text: string): Record<string, string> {
  const lines = text.replaceAll(/(?<!\\)((?:\\\\)*)\\\r?\n[ \t\f]*/g, '$1').split(/\r?\n/)
  const entries = lines.flatMap(line => {
    const [, key, value] = /^[ \t\f]*((?:\\.|[^\\\s=:])+)[ \t\f]*[=:]?[ \t\f]*(.*)$/.exec(line) ?? []
    if (key === undefined || value === undefined || /^[#!]/.test(key)) return []
    // Spark itself trims values.
    return [[unescaped(key), unescaped(value).trim()] as const]
  })
  return Object.fromEntries(entries)
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, unit: string | undefined, letter: string) =>
    unit === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(Number.parseInt(unit, 16)),
  )
}
