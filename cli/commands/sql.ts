import { formatStream, formatTable } from '../../catalog/formatRows.ts'
import { openHubCatalog } from '../../operations/openHubCatalog.ts'
import { statementOf } from '../../operations/question.ts'
import { listNamedQueries } from '../../sql/namedQueries.ts'
import { type Answer, defineCommand } from '../Command.ts'
import { openHub } from '../hubArguments.ts'
import { queryListText } from '../queryListText.ts'
import { questionOf, questionOptions } from '../questionArguments.ts'

/** A table on a screen is read by a person: this many rows, and csv or json for more. */
const tableRows = 1000

export const sql = defineCommand({
  name: 'sql [statement]',
  describe: 'Ask the catalog: any SELECT, or a named query',
  options: {
    statement: { type: 'string', describe: 'SQL over the tables and views of the hub' },
    ...questionOptions,
    list: { type: 'boolean', default: false, describe: 'list the named queries' },
    format: { choices: ['table', 'csv', 'json'], describe: 'table, csv or json (an array of row objects)' },
    snapshot: { type: 'number', describe: 'ask an earlier snapshot', requiresArg: true },
    'time-limit': { type: 'number', default: 60, describe: 'seconds', requiresArg: true },
  },
  examples: [
    ['$0 sql --hub hub "SELECT verdict, count(*) FROM images GROUP BY ALL"', 'any SELECT'],
    ['$0 sql --list', 'what is ready to ask'],
    ['$0 sql --hub hub --query class_frequency --format csv', 'a named query as CSV'],
  ],
  async run(args): Promise<Answer> {
    if (args.list) {
      const queries = listNamedQueries()
      return { json: queries, text: queryListText(queries) }
    }
    const { statement, parameters, tables } = statementOf(questionOf(args))
    await using hub = await openHub(args.hub)
    const format = args.json ? 'json' : (args.format ?? 'table')
    const catalog = await openHubCatalog(hub, {
      tables,
      ...(args.snapshot === undefined ? {} : { snapshot: await hub.snapshot(args.snapshot) }),
    })
    const limits = { timeoutSeconds: args['time-limit'] }
    try {
      if (format === 'table') {
        const result = await catalog.query(statement, parameters, { ...limits, maxRows: tableRows })
        await catalog.close()
        return { json: null, text: formatTable(result, { width: process.stdout.columns ?? 160 }) }
      }
      const { columns, batches } = await catalog.stream(statement, parameters, limits)
      return { stream: closing(formatStream(format, columns, batches), () => catalog.close()) }
    } catch (thrown) {
      await catalog.close()
      throw thrown
    }
  },
})

async function* closing(stream: AsyncIterable<string>, close: () => Promise<void>): AsyncGenerator<string> {
  try {
    yield* stream
  } finally {
    await close()
  }
}
