import assert from 'node:assert/strict'
import { mkdir, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import test from 'node:test'
import { safeName } from '../../../operations/export/safeName.ts'
import { checkKey } from '../../../storage/checkKey.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'

const texts = [
  'Car',
  'Amphibious car',
  'Käse 🧀',
  '../../etc',
  '..',
  '.',
  '...',
  '',
  '/',
  '/etc/passwd',
  '/m/0k4j',
  'a/b',
  'a%2Fb',
  'a\\b',
  '.hidden',
  'ends.',
  'ends ',
  'a\0b',
  'line\nbreak',
  'C:',
  '*?"<>|',
  '\ud800',
  '%',
  `${'x'.repeat(300)}1`,
  `${'x'.repeat(300)}2`,
  '🧀'.repeat(100),
]

test('any text becomes a name of its own right below its folder', async t => {
  const folder = await temporaryFolder(t)
  const names = texts.map(safeName)
  assert.equal(new Set(names).size, texts.length)
  for (const name of names) {
    assert.equal(resolve(folder, name), join(folder, name))
    assert.equal(checkKey(`${name}/x`, { emptyParts: false }), `${name}/x`)
    await mkdir(join(folder, name))
  }
  assert.deepEqual((await readdir(folder)).sort(), [...names].sort())
})

test('ordinary names stay as they are, and the others can be read', () => {
  assert.deepEqual(['Car', 'Amphibious car', 'Käse 🧀', '../../etc', '/m/0k4j'].map(safeName), [
    'Car',
    'Amphibious car',
    'Käse 🧀',
    '%2E.%2F..%2Fetc',
    '%2Fm%2F0k4j',
  ])
})
