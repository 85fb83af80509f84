import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { userError } from '../../base/HubError.ts'
import { formatTable } from '../../catalog/formatRows.ts'
import { userModelStore } from '../../models/modelStores.ts'
import { checkDemoFolder, demo as runDemo } from '../../operations/demo.ts'
import { openHubCatalog } from '../../operations/openHubCatalog.ts'
import { reportOnHub } from '../../operations/report.ts'
import { renderReport } from '../../report/renderReport.ts'
import { summarise, summaryText } from '../../report/summary.ts'
import { getNamedQuery, queryParameters } from '../../sql/namedQueries.ts'
import { defaultCacheFolder } from '../../storage/defaultCacheFolder.ts'
import { defineCommand } from '../Command.ts'
import { engineOptions, openEngine } from '../engineArguments.ts'
import { commaList } from '../sourceArguments.ts'
import { writeReport } from './report.ts'

/** What an analyst might ask first. */
const questions = [
  { query: 'class_frequency', question: 'How many images does each class have?' },
  { query: 'resolution_distribution', question: 'How large are the images?' },
  { query: 'confident_mistakes', question: 'Where is the head surest and wrong?' },
] as const
const answerRows = 5

export const demo = defineCommand({
  name: 'demo',
  describe: 'The main job, end to end: photos in; embeddings, a trained head, SQL answers and a report out',
  options: {
    out: {
      type: 'string',
      default: 'demo-hub',
      describe: 'folder for the hub, report.html and summary.json',
      requiresArg: true,
    },
    from: { type: 'string', describe: 'your own photos, each folder a class', requiresArg: true },
    'open-images': {
      type: 'string',
      describe: 'photos and labels of these Open Images classes; needs the network',
      requiresArg: true,
    },
    limit: {
      type: 'number',
      default: 200,
      describe: 'with --open-images: photos of each class',
      requiresArg: true,
    },
    ...engineOptions,
  },
  examples: [
    ['$0 demo', 'photos at hand, or drawn ones'],
    ['$0 demo --from photos', 'your photos'],
    ['$0 demo --open-images Car,Tree --limit 200', 'real photos from the public bucket'],
  ],
  async run(args, terminal) {
    if (args.from !== undefined && args['open-images'] !== undefined)
      throw userError('usage', '--from and --open-images were both given', 'give one of them')
    const out = resolve(args.out)
    await checkDemoFolder(out)
    await using engine = await openEngine(args)
    const result = await runDemo({
      out,
      assets: assetsFolder(),
      engine,
      userModels: userModelStore(),
      cacheFolder: defaultCacheFolder(),
      signal: terminal.signal,
      onProgress: progress => terminal.progress(progress),
      onNote: line => terminal.note(line),
      ...(args.from === undefined ? {} : { from: args.from }),
      ...(args['open-images'] === undefined
        ? {}
        : { openImages: { classes: commaList('--open-images', args['open-images']), limit: args.limit } }),
    })
    await using hub = Object.assign(result.hub, { [Symbol.asyncDispose]: () => result.hub.close() })
    const data = await reportOnHub({
      hub,
      hubName: result.hubPath,
      signal: terminal.signal,
      storage: result.storage,
    })
    const summary = { took: result.took, ...summarise(data) }
    const reportPath = join(out, 'report.html')
    await writeReport(reportPath, renderReport(data))
    await writeFile(join(out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`)
    const answers = await answer(hub, result.head)
    return {
      json: { ...summary, answers, hub: result.hubPath, report: reportPath },
      text: [
        summaryText(data),
        ...answers.flatMap(({ question, command, table }) => ['', question, `  ${command}`, indent(table)]),
        '',
        `hub:     ${result.hubPath}`,
        `summary: ${join(out, 'summary.json')}`,
        `report:  ${reportPath}`,
      ].join('\n'),
    }
  },
})

async function answer(hub: Parameters<typeof openHubCatalog>[0], head: string) {
  await using catalog = await openHubCatalog(hub)
  const answers: { question: string; command: string; table: string }[] = []
  for (const { query, question } of questions) {
    const named = getNamedQuery(query)
    const takesHead = named.parameters.some(({ name }) => name === 'head')
    const parameters = queryParameters(named, takesHead ? { head } : {})
    const result = await catalog.query(named.sql, parameters, { maxRows: answerRows })
    answers.push({
      question,
      command: `imagehub sql --hub ${new URL(hub.storage.root).pathname} --query ${query}${takesHead ? ` --param head=${head}` : ''}`,
      table: formatTable(result, { width: 108 }),
    })
  }
  return answers
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, '  ')
}

/** IMAGEHUB_ASSETS, else the folder `shared` beside the checkout where there is one. */
function assetsFolder(): string {
  if (process.env.IMAGEHUB_ASSETS !== undefined) return process.env.IMAGEHUB_ASSETS
  const here = fileURLToPath(import.meta.url)
  // cli/commands/demo.ts in a checkout, dist/cli/commands/demo.js in a package.
  const root = existsSync(join(here, '../../../package.json'))
    ? join(here, '../../..')
    : join(here, '../../../..')
  return join(dirname(root), 'shared')
}
