/** Names of settings whose values nobody should read in a log: what Spark itself redacts, and Hadoop's keys. */
const secretName = /secret|password|token|access[.-]?key|credential/i

/** The text without the values of settings that are secret by their names. */
export function hideSecrets(text: string, settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .filter(([name, value]) => secretName.test(name) && value.length >= 4)
    .reduce((hidden, [, value]) => hidden.replaceAll(value, '***'), text)
}
