import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { systemCode, userError } from '../../base/HubError.ts'
import { reportOnHub } from '../../operations/report.ts'
import { renderReport } from '../../report/renderReport.ts'
import { summarise, summaryText } from '../../report/summary.ts'
import { defineCommand } from '../Command.ts'
import { openHub } from '../hubArguments.ts'
import { accessOptions, photoAccess } from '../sourceArguments.ts'

export const report = defineCommand({
  name: 'report',
  describe: 'Write one HTML page that shows what the hub holds and how its newest head does',
  options: {
    out: { type: 'string', default: 'report.html', describe: 'the file to write', requiresArg: true },
    head: { type: 'string', describe: 'name or id of a head; the newest unless given', requiresArg: true },
    ...accessOptions,
  },
  examples: [['$0 report --hub hub --out report.html', 'open it in any browser; it needs nothing else']],
  async run(args, terminal) {
    await using hub = await openHub(args.hub)
    const data = await reportOnHub({
      hub,
      hubName: args.hub ?? '',
      signal: terminal.signal,
      storage: photoAccess(args),
      ...(args.head === undefined ? {} : { head: args.head }),
    })
    const path = resolve(args.out)
    await writeReport(path, renderReport(data))
    return { json: { path, ...summarise(data) }, text: `${summaryText(data)}\nreport: ${path}` }
  },
})

/** @throws HubError `cannot_write` where the folder is missing or closed */
export async function writeReport(path: string, html: string): Promise<void> {
  try {
    await writeFile(path, html)
  } catch (thrown) {
    throw userError(
      'cannot_write',
      `${path} cannot be written: ${systemCode(thrown) ?? thrown}`,
      'name a file in a folder that exists and is yours',
      thrown,
    )
  }
}
