import type { ProcessIdentity } from '../base/processIdentity.ts'

/** What a run did: kept as JSON in the hub for ever, whether the run committed or not. */
export interface RunRecord {
  readonly run_id: string
  readonly command: 'ingest' | 'featurize' | 'train' | 'predict' | 'export'
  /** What the person asked for, without secrets. */
  readonly parameters: Readonly<Record<string, unknown>>
  readonly state: 'running' | 'committed' | 'failed'
  /** ISO 8601, UTC. */
  readonly started_at: string
  readonly ended_at: string | null
  readonly code_version: string
  readonly engine: 'local' | 'spark'
  readonly host: string
  readonly pid: number
  /** Tells whether the process of a run that never ended still lives. */
  readonly process?: ProcessIdentity
  readonly rules_version?: string
  readonly model?: { readonly id: string; readonly sha256: string }
  readonly stages: readonly StageRecord[]
  /** Rows of each output table that this run added or replaced. */
  readonly rows_written: Readonly<Record<string, number>>
  /** The snapshot that the run committed, or found to hold all of its work already. */
  readonly snapshot: number | null
  /** What an export wrote outside the hub's tables. */
  readonly exported?: ExportRecord
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string }
  /** Its part of what the machines of its run on EMR cost; written after the run, where somebody asked. */
  readonly cost?: RunCost
}

/** What machines cost, by a table of prices: no bill. */
export interface RunCost {
  /** US dollars. */
  readonly dollars: number
  /** For 1,000 images; null where it did none. */
  readonly dollars_per_thousand: number | null
  /** Of all machines together. */
  readonly hours: number
  /** When the prices were written down. */
  readonly prices_date: string
  /** That the prices are of. */
  readonly region: string
  readonly machines: readonly MachineCharge[]
}

/** Machines of one type and market. */
export interface MachineCharge {
  readonly type: string
  readonly market: 'on_demand' | 'spot'
  readonly count: number
  /** Of all of them together. */
  readonly hours: number
  readonly dollars: number
}

export interface ExportRecord {
  /** URI of the Parquet file. */
  readonly to: string
  readonly rows: number
  readonly bytes: number
  /** Pictures copied beside it; null where none were asked for. */
  readonly images: {
    readonly to: string
    readonly copied: number
    /** Those that an earlier export had copied. */
    readonly present: number
    readonly failed: number
  } | null
}

export interface StageRecord {
  readonly name: string
  readonly version: string
  readonly rows_in: number
  readonly rows_out: number
  /** Rows taken from work that an earlier, interrupted run had finished. */
  readonly rows_resumed: number
  readonly seconds: number
  readonly workers: number
  /** Cumulative rows done over time, at most about 200 points: [seconds since the stage began, rows]. */
  readonly timeline: readonly (readonly [number, number])[]
}
