import type { NamedQuery } from '../sql/namedQueries.ts'

/** Each query with what a row of it is, and its parameters. */
export function queryListText(queries: readonly NamedQuery[]): string {
  return queries
    .map(({ name, doc, parameters }) =>
      [
        name,
        ...doc.split('\n').map(line => `    ${line}`),
        ...parameters.map(
          parameter =>
            `    --param ${parameter.name}=${parameter.default === undefined ? parameter.type.toUpperCase() : String(parameter.default)}  ${parameter.doc}`,
        ),
      ].join('\n'),
    )
    .join('\n')
}
