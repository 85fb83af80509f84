import assert from 'node:assert/strict'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Manifest, ManifestRow } from '../../sources/Manifest.ts'
import { openManifest } from '../../sources/openManifest.ts'
import { memoryDatabase } from '../support/duckdb.ts'
import { sharedFolder } from '../support/shared.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'

async function collect(manifest: Manifest): Promise<ManifestRow[]> {
  return Array.fromAsync(manifest.rows)
}

async function fill(folder: string, files: Record<string, string>): Promise<void> {
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), content)
  }
}

test('every file of a folder is a row or counted as skipped', async t => {
  const folder = await temporaryFolder(t)
  await fill(folder, {
    'rose/1.jpg': '12345',
    'rose/no extension': '1',
    'rose/ü #1%.png': '22',
    'page.jpg': '<html>',
    'labels.csv': 'file,label',
    'rose/.DS_Store': 'x',
    '.git/a.jpg': 'x',
    'hub/report.jpg': 'x',
  })
  const manifest = await openManifest({
    from: folder,
    connection: await memoryDatabase(t),
    exclude: ['hub/'],
    supplierId: 'ann',
    submissionId: 's1',
  })
  const rows = await collect(manifest)
  const uri = (file: string) => pathToFileURL(join(folder, file)).href
  assert.deepEqual(
    rows.map(row => row.origin).sort(),
    ['page.jpg', 'rose/1.jpg', 'rose/no extension', 'rose/ü #1%.png'].map(uri).sort(),
  )
  const rose = rows.find(row => row.origin === uri('rose/1.jpg'))
  assert.equal(rose?.bytes, 5)
  assert.equal(rose?.supplier_id, 'ann')
  assert.equal(rose?.submission_id, 's1')
  assert.ok(Math.abs((rose?.modified_at ?? 0) / 1e6 - Date.now() / 1e3) < 60, 'microseconds')
  assert.deepEqual(manifest.report, {
    candidates: 4,
    bytes: 14,
    skipped: {
      sidecar: { count: 1, examples: ['labels.csv'] },
      system_file: { count: 1, examples: ['rose/.DS_Store'] },
      hidden: { count: 1, examples: ['.git/a.jpg'] },
      excluded: { count: 1, examples: ['hub/report.jpg'] },
    },
  })
})

test('each of many links to one file is a row', async t => {
  const folder = await temporaryFolder(t)
  await fill(folder, { 'one.jpg': 'x' })
  for (let index = 0; index < 200; index++)
    await symlink(join(folder, 'one.jpg'), join(folder, `link-${index}.jpg`))
  assert.equal(
    (await collect(await openManifest({ from: folder, connection: await memoryDatabase(t) }))).length,
    201,
  )
})

test('a folder that is missing, empty, a file, or holds sidecars alone is a clear mistake', async t => {
  const folder = await temporaryFolder(t)
  const connection = await memoryDatabase(t)
  const read = async (from: string) => collect(await openManifest({ from, connection }))
  await assert.rejects(read(join(folder, 'nowhere')), { code: 'not_found', fault: 'user' })
  await assert.rejects(read(folder), { code: 'nothing_to_read', message: /it is empty/ })
  await fill(folder, { 'README.md': 'x', 'a.jpg': 'x', 'only/labels.csv': 'x' })
  await assert.rejects(read(join(folder, 'a.jpg')), { code: 'not_a_folder', hint: /folder/ })
  await assert.rejects(read(join(folder, 'only')), {
    code: 'nothing_to_read',
    message: /1 sidecar \(labels.csv\)/,
  })
  await assert.rejects(read('ftp://host/a'), { code: 'unknown_scheme' })
})

test('everything in bad_and_odd but its sidecars is a candidate', async t => {
  const folder = sharedFolder(t, 'data/bad_and_odd')
  if (folder === undefined) return
  const manifest = await openManifest({ from: folder, connection: await memoryDatabase(t) })
  const rows = await collect(manifest)
  assert.deepEqual(Object.keys(manifest.report.skipped), ['sidecar'])
  assert.ok(rows.length > 400)
  for (const name of ['html_as.jpg', 'zero_byte.jpg', 'text_as.png'])
    assert.ok(
      rows.some(row => row.origin.endsWith(name)),
      name,
    )
})
