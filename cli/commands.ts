import type { Command } from './Command.ts'

/**
 * Every command of the command line, in the order of --help, by its words. A command is loaded when it is called for: all of them take three
 * times as long as one.
 */
const modules = {
  demo: async () => (await import('./commands/demo.ts')).demo,
  ingest: async () => (await import('./commands/ingest.ts')).ingest,
  featurize: async () => (await import('./commands/featurize.ts')).featurize,
  train: async () => (await import('./commands/train.ts')).train,
  predict: async () => (await import('./commands/predict.ts')).predict,
  evaluate: async () => (await import('./commands/evaluate.ts')).evaluate,
  sql: async () => (await import('./commands/sql.ts')).sql,
  export: async () => (await import('./commands/export.ts')).exporting,
  report: async () => (await import('./commands/report.ts')).report,
  why: async () => (await import('./commands/why.ts')).why,
  run: async () => (await import('./commands/run.ts')).run,
  jobs: async () => (await import('./commands/jobs.ts')).jobs,
  'emr compile': async () => (await import('./commands/emr/compile.ts')).compile,
  'emr plan': async () => (await import('./commands/emr/plan.ts')).plan,
  'emr submit': async () => (await import('./commands/emr/submit.ts')).submit,
  'emr watch': async () => (await import('./commands/emr/watch.ts')).watch,
  'emr list': async () => (await import('./commands/emr/list.ts')).list,
  'emr logs': async () => (await import('./commands/emr/logs.ts')).logs,
  'emr diagnose': async () => (await import('./commands/emr/diagnose.ts')).diagnose,
  'emr cancel': async () => (await import('./commands/emr/cancel.ts')).cancel,
  'emr schedule': async () => (await import('./commands/emr/schedule.ts')).schedule,
  'emr unschedule': async () => (await import('./commands/emr/unschedule.ts')).unschedule,
  'emr backfill': async () => (await import('./commands/emr/backfill.ts')).backfill,
  'emr bundle': async () => (await import('./commands/emr/bundle.ts')).bundle,
  'emr cost': async () => (await import('./commands/emr/cost.ts')).cost,
  'emr iam': async () => (await import('./commands/emr/iam.ts')).iam,
  runs: async () => (await import('./commands/runs.ts')).runs,
  models: async () => (await import('./commands/models.ts')).models,
}

/** Commands of two words stand below the first of them. */
export const groups: Readonly<Record<string, string>> = {
  emr: 'Run jobs on Amazon EMR: compile, submit, watch, schedule and explain them',
}

/** The words of every command. */
export const commandNames: readonly string[] = Object.keys(modules)

/** The command that the arguments begin with; all of them where they begin with none. */
export async function loadCommands(argv: readonly string[]): Promise<readonly Command[]> {
  const entries = Object.entries(modules)
  const called = entries.filter(([name]) => name.split(' ').every((word, index) => argv[index] === word))
  const loaded = await Promise.all(
    (called.length > 0 ? called : entries).map(async ([, load]) => await load()),
  )
  return loaded as unknown as readonly Command[]
}
