import { JavaWriter } from './javaWriter.ts'

export type SparkLine = '3.5' | '4.0' | '4.1'
export const sparkLines = ['3.5', '4.0', '4.1'] as const

export interface HeaderOptions {
  readonly line: SparkLine
  readonly command: Uint8Array
  /** @default node/<line>.1 */
  readonly pythonVersion?: string
  readonly partition?: number
  readonly attempt?: number
  readonly filesFolder?: string
  readonly gpu?: string
  readonly evalType?: number
  readonly barrier?: boolean
  readonly profiler?: string
}

/** A task's header as Spark of each line writes it, up to the data. */
export function taskHeader(options: HeaderOptions): Buffer {
  const { line, command, partition = 3, attempt = 0, filesFolder = '/', gpu, evalType = 207 } = options
  const { barrier = false, profiler, pythonVersion = `node/${line}.1` } = options
  const out = new JavaWriter().int(partition).text(pythonVersion).boolean(barrier)
  if (line !== '4.1' || barrier) out.int(barrier ? 40_000 : 0).text(barrier ? 'barrier secret' : '')
  out.int(7).int(partition).int(attempt).long(1234).int(1)
  if (gpu === undefined) out.int(0)
  else out.int(1).text('gpu').text('gpu').int(1).text(gpu)
  out.int(2).text('spark.sql.execution.id').text('5').text('callSite.short').text('größer ü')
  out.text(filesFolder).int(0)
  out.boolean(false).int(0)
  out.int(evalType)
  out.int(2)
  out.text('spark.sql.session.timeZone').text('UTC')
  out.text('spark.sql.execution.arrow.maxRecordsPerBatch').text('32')
  if (line !== '3.5') {
    out.boolean(profiler !== undefined)
    if (profiler !== undefined) out.text(profiler)
  }
  out.int(1).int(2).int(0).int(1).int(1)
  out.int(command.length).raw(command)
  if (profiler !== undefined && line !== '3.5') out.long(1)
  return out.bytes()
}
