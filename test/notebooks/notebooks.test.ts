import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { predict } from '../../operations/heads/predict.ts'
import { localEngine as engine, never, smallHub } from '../operations/smallHub.ts'
import { endWithUs } from '../support/endWithUs.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'

const root = join(import.meta.dirname, '../..')

interface Notebook {
  readonly nbformat: number
  readonly metadata: { readonly kernelspec: { readonly name: string; readonly language: string } }
  readonly cells: readonly {
    readonly cell_type: 'code' | 'markdown'
    readonly source: readonly string[]
    readonly outputs?: readonly unknown[]
  }[]
}

async function readNotebook(path: string): Promise<Notebook> {
  return JSON.parse(await readFile(join(root, path), 'utf8')) as Notebook
}

/** The code cells as one module, each announced on stderr so that a failure names its cell. */
function moduleOf({ cells }: Notebook): string {
  const sources = cells.filter(({ cell_type }) => cell_type === 'code').map(({ source }) => source.join(''))
  return sources.map((source, index) => `console.error('cell ${index + 1}')\n;${source}\n`).join('\n')
}

/** A folder in which `notebooks/` stands beside everything that stands beside it in the repository. */
async function besideTheSources(folder: string): Promise<string> {
  for (const name of await readdir(root))
    if (name !== 'notebooks' && !name.startsWith('.')) await symlink(join(root, name), join(folder, name))
  await mkdir(join(folder, 'notebooks'))
  return join(folder, 'notebooks')
}

function typeErrors(path: string): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [path], include: [] }, ts.sys, root)
  const program = ts.createProgram([path], { ...options, noUnusedLocals: false })
  const file = program.getSourceFile(path)
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
    ({ messageText, start = 0 }) =>
      `line ${(file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
  )
}

function run(
  path: string,
  hub: string,
): Promise<{ readonly exitCode: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = endWithUs(
      spawn(process.execPath, [path], { env: { ...process.env, HUB: hub }, stdio: 'pipe' }),
    )
    const output: Buffer[] = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => output.push(chunk))
    child.on('error', reject)
    child.on('close', exitCode => resolve({ exitCode, output: Buffer.concat(output).toString() }))
  })
}

const notebooks = globSync('notebooks/*.ipynb', { cwd: root })

test('there is a notebook, and each is for a TypeScript kernel and keeps no outputs', async () => {
  assert.ok(notebooks.length > 0)
  for (const path of notebooks) {
    const { nbformat, metadata, cells } = await readNotebook(path)
    assert.equal(nbformat, 4)
    assert.equal(metadata.kernelspec.language, 'typescript')
    assert.deepEqual(
      cells.flatMap(({ outputs = [] }) => outputs),
      [],
    )
  }
})

test('the cells of every notebook hold their types and run in order over a small hub', async t => {
  const small = await smallHub(t)
  await small.ingest()
  await small.featurize()
  await small.train()
  await predict({ hub: small.hub, head: 'tints', engine, signal: never })
  const folder = await besideTheSources(await temporaryFolder(t))
  for (const notebook of notebooks) {
    const path = join(folder, `${notebook.split('/').at(-1)}.ts`)
    await writeFile(path, moduleOf(await readNotebook(notebook)))
    assert.deepEqual(typeErrors(path), [], notebook)
    const { exitCode, output } = await run(path, fileURLToPath(small.hub.storage.root))
    assert.equal(exitCode, 0, output)
    assert.match(output, /accepted/)
    assert.doesNotMatch(output, /undefined/)
  }
})
