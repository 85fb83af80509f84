import type { RunRecord } from './RunRecord.ts'

const stageStruct =
  'STRUCT(name VARCHAR, version VARCHAR, rows_in BIGINT, rows_out BIGINT, rows_resumed BIGINT, seconds DOUBLE, workers INTEGER)'

/** Columns of the catalog's table `runs`, one row for each run record: [name, DuckDB type, what it says]. */
export const runsColumns = [
  ['run_id', 'VARCHAR', 'the run'],
  ['command', 'VARCHAR', 'ingest, featurize, train, predict or export'],
  ['state', 'VARCHAR', 'running, committed or failed'],
  ['started_at', 'TIMESTAMPTZ', 'start of the run'],
  ['ended_at', 'TIMESTAMPTZ', 'end of the run; null while it runs, or where it was killed'],
  ['snapshot', 'BIGINT', 'the snapshot that the run committed, or found to hold all of its work already'],
  ['parameters', 'JSON', 'what the person asked for'],
  ['rows_written', 'JSON', 'rows of each table that the run added or replaced'],
  ['rules_version', 'VARCHAR', 'version of the rules that gave the verdicts'],
  ['model_id', 'VARCHAR', 'the model'],
  ['model_sha256', 'VARCHAR', 'SHA-256 of the ONNX file that was run'],
  ['code_version', 'VARCHAR', 'version of imagehub'],
  ['engine', 'VARCHAR', 'local or spark'],
  ['host', 'VARCHAR', 'the machine'],
  ['stages', `${stageStruct}[]`, 'what each stage did; the view run_stages has them as rows'],
  ['error_code', 'VARCHAR', 'why the run failed, for programs'],
  ['error_message', 'VARCHAR', 'why the run failed, for people'],
  [
    'dollars',
    'DOUBLE',
    'its part of what the machines on EMR cost, by a table of prices; null where nobody asked',
  ],
  ['dollars_per_thousand', 'DOUBLE', 'the same for 1,000 images'],
  ['machine_hours', 'DOUBLE', 'its part of the hours of all machines together'],
] as const

/** `CREATE TABLE runs`, and the INSERT that fills it from `runsJson` bound to `$records`. */
export function runsTableSql(): { create: string; insert: string } {
  const columns = runsColumns.map(([name, type]) => `${name} ${type}`).join(', ')
  const structure = JSON.stringify([
    Object.fromEntries(runsColumns.map(([name, type]) => [name, jsonStructure(type)])),
  ])
  return {
    create: `CREATE TABLE runs (${columns})`,
    insert: `INSERT INTO runs SELECT unnest(from_json($records::JSON, '${structure}'), max_depth := 2)`,
  }
}

function jsonStructure(type: string): unknown {
  if (!type.startsWith('STRUCT')) return type
  const fields = type.slice('STRUCT('.length, -')[]'.length).split(', ')
  return [Object.fromEntries(fields.map(field => field.split(' ')))]
}

/** Run records as the JSON array that the INSERT takes. */
export function runsJson(runs: readonly RunRecord[]): string {
  return JSON.stringify(
    runs.map(run => ({
      ...run,
      rules_version: run.rules_version ?? null,
      model_id: run.model?.id ?? null,
      model_sha256: run.model?.sha256 ?? null,
      error_code: run.error?.code ?? null,
      error_message: run.error?.message ?? null,
      dollars: run.cost?.dollars ?? null,
      dollars_per_thousand: run.cost?.dollars_per_thousand ?? null,
      machine_hours: run.cost?.hours ?? null,
    })),
  )
}
