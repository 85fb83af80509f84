import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { cp, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Hub } from '../../catalog/Hub.ts'
import { openHubCatalog } from '../../operations/openHubCatalog.ts'
import { fileUri } from '../../storage/location.ts'
import { program } from './commandLine.ts'
import { drawnPhoto, drawnPhotos, writeFiles, writePixelModel } from './drawnPhotos.ts'
import { endWithUs } from './endWithUs.ts'
import { type HubTables, hubTables } from './hubTables.ts'
import { type Scope, temporaryFolder } from './temporaryFolder.ts'

/** The commands of the main job, in order. */
export const commandNames = ['ingest', 'featurize', 'train', 'predict'] as const
export type CommandName = (typeof commandNames)[number]

/** How a process ended, and what it said. */
export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Photos, a model, and a hub as it is before each command, and after the last. */
export interface Scene {
  readonly folder: string
  readonly photos: string
  /** Copies of the hub before each command; `after` the whole job. */
  readonly stages: Readonly<Record<CommandName | 'after', string>>
  /** Milliseconds from a command's first record in the hub to its end. */
  readonly durations: Readonly<Record<CommandName, number>>
  start(command: CommandName, hub: string): RunningCommand
  tables(hub: string): Promise<HubTables>
}

export interface RunningCommand {
  readonly pid: number
  kill(signal: NodeJS.Signals): void
  /** Fulfilled when the run's record is in the hub, or the command has ended. */
  readonly underWay: Promise<void>
  readonly ended: Promise<Ending>
}

export async function setScene(t: Scope): Promise<Scene> {
  const folder = await temporaryFolder(t)
  const photos = join(folder, 'photos')
  await writeFiles(photos, await drawnPhotos())
  for (const tint of ['red', 'blue'] as const)
    for (let number = 8; number < 20; number++)
      await writeFiles(photos, new Map([[`${tint}/${number}.jpg`, await drawnPhoto(tint, number)]]))
  const model = join(folder, 'pixels.onnx')
  await writePixelModel(model)
  const args: Record<CommandName, readonly string[]> = {
    ingest: ['--from', photos, '--labels', 'folder'],
    featurize: ['--model', 'pixels'],
    train: ['--model', 'pixels', '--name', 'tints'],
    predict: ['--head', 'tints'],
  }
  const run = (hub: string, ...command: readonly string[]) => startCommand(folder, hub, command)
  const start = (command: CommandName, hub: string) => run(hub, command, ...args[command])
  const hub = join(folder, 'undisturbed')
  await succeed(run(hub, 'models', 'import', '--from', model, '--id', 'pixels'))
  const stages: Record<string, string> = { after: hub }
  const durations: Record<string, number> = {}
  for (const command of commandNames) {
    const before = join(folder, `before-${command}`)
    await cp(hub, before, { recursive: true })
    stages[command] = before
    const running = start(command, hub)
    await running.underWay
    const began = performance.now()
    await succeed(running)
    durations[command] = performance.now() - began
  }
  return {
    folder,
    photos,
    stages: stages as Scene['stages'],
    durations: durations as Scene['durations'],
    start,
    tables: async uri => ({
      ...(await hubTables(uri, { root: fileUri(photos) })),
      ...(await headTables(uri)),
    }),
  }
}

/** Asserts that two hubs say the same, and names the first table where they do not. */
export function sameTables(found: HubTables, expected: HubTables, message: string): void {
  for (const [name, rows] of Object.entries(expected))
    assert.deepEqual(found[name], rows, `${name}: ${message}`)
}

export async function succeed(running: RunningCommand): Promise<Ending> {
  const ending = await running.ended
  if (ending.code !== 0) throw new Error(`the command ended with ${ending.code}: ${ending.stderr}`)
  return ending
}

/** Files below a hub that nobody should find after a run has ended. */
export async function unfinishedFiles(hub: string): Promise<string[]> {
  const all = await readdir(hub, { recursive: true, withFileTypes: true })
  return all
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => /\.partial$|\.imagehub-tmp-/.test(path) || path.startsWith(join(hub, 'work')))
}

/** Data files that no snapshot names. */
export async function orphanFiles(uri: string): Promise<string[]> {
  const hub = await Hub.open(uri)
  const named = new Set<string>()
  for (let id = (await hub.latestSnapshot())?.id ?? 0; id > 0; id--)
    for (const files of Object.values((await hub.snapshot(id)).tables))
      for (const { key } of files) named.add(key)
  const orphans: string[] = []
  for await (const { key } of hub.storage.list({ prefix: 'tables/' })) if (!named.has(key)) orphans.push(key)
  return orphans
}

function startCommand(folder: string, hub: string, command: readonly string[]): RunningCommand {
  const runs = join(hub, 'runs')
  const recorded = () =>
    existsSync(runs) ? readdirSync(runs).filter(name => name.endsWith('.json')).length : 0
  const before = recorded()
  const home = join(folder, 'home')
  const child = endWithUs(
    spawn(process.execPath, [program, ...command, '--hub', hub], {
      env: { ...process.env, HOME: home, XDG_CACHE_HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  )
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text
    })
  let over = false
  const ended = once(child, 'close').then(([code, signal]) => {
    over = true
    return { code: code as number | null, signal: signal as NodeJS.Signals | null, ...said }
  })
  const waitForRecord = async () => {
    while (!over && recorded() === before) await sleep(2)
  }
  return {
    pid: child.pid ?? 0,
    kill: signal => child.kill(signal),
    underWay: waitForRecord(),
    ended,
  }
}

/**
 * What a hub says of heads and by them, without runs and times. A training that was killed after it had committed leaves a head like the
 * next one: they count once. Numbers are rounded: sums depend on the order of the rows.
 */
async function headTables(uri: string): Promise<HubTables> {
  const head = `split_part(head_id, '@', 1) AS head`
  const queries = {
    heads: `SELECT DISTINCT name, model_id, model_sha256, kind, labels, reg_param, n_train, n_test, round(objective, 9) AS objective, accuracy FROM heads ORDER BY ALL`,
    splits: `SELECT DISTINCT ${head}, image_id, split FROM splits ORDER BY ALL`,
    predictions: `SELECT DISTINCT ${head}, image_id, label, rank, round(probability, 5) AS probability FROM predictions ORDER BY ALL`,
    failures: 'SELECT stage, origin, code FROM failures ORDER BY ALL',
  }
  const hub = await Hub.open(uri)
  await using catalog = await openHubCatalog(hub)
  const tables: Record<string, readonly object[]> = {}
  for (const [name, sql] of Object.entries(queries)) tables[name] = (await catalog.query(sql)).rows
  return tables
}
