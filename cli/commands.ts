import type { Command } from './Command.ts'
import { demo } from './commands/demo.ts'
import { emr } from './commands/emr.ts'
import { evaluate } from './commands/evaluate.ts'
import { featurize } from './commands/featurize.ts'
import { ingest } from './commands/ingest.ts'
import { jobs } from './commands/jobs.ts'
import { models } from './commands/models.ts'
import { predict } from './commands/predict.ts'
import { report } from './commands/report.ts'
import { run } from './commands/run.ts'
import { runs } from './commands/runs.ts'
import { sql } from './commands/sql.ts'
import { train } from './commands/train.ts'
import { why } from './commands/why.ts'

/** Every command of the command line, in the order of --help. */
export const commands = [
  demo,
  ingest,
  featurize,
  train,
  predict,
  evaluate,
  sql,
  report,
  why,
  run,
  jobs,
  emr,
  runs,
  models,
] as unknown as readonly Command[]
