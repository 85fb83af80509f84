import type { Command } from './Command.ts'
import { featurize } from './commands/featurize.ts'
import { ingest } from './commands/ingest.ts'
import { models } from './commands/models.ts'

/** Every command of the command line, in the order of --help. */
export const commands = [ingest, featurize, models] as unknown as readonly Command[]
