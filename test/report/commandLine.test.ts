import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import fc from 'fast-check'
import { commandLine } from '../../report/commandLine.ts'

test('an ingest is told again from its source and its labels', () => {
  const ingest = (parameters: Record<string, unknown>) =>
    commandLine({ command: 'ingest', parameters }, 'hub')
  assert.equal(
    ingest({ source: { kind: 'folder', uri: '/my photos' }, labels: { kind: 'folder' }, rules: 'quality-1' }),
    "imagehub ingest --hub hub --from '/my photos' --labels folder",
  )
  assert.equal(
    ingest({ source: { kind: 'open_images', classes: ['Car', 'Tree'], limit: 200 }, labels: null }),
    'imagehub ingest --hub hub --open-images Car,Tree --limit 200',
  )
  assert.equal(
    ingest({
      source: { kind: 'csv', path: 'list.csv', root: '/p' },
      labels: { kind: 'csv', path: 'l.csv', columns: { image: 'file', label: 'what' }, separator: ';' },
    }),
    "imagehub ingest --hub hub --from list.csv --root /p --labels l.csv --label-columns image=file,label=what --label-separator ';'",
  )
})

test('parameters of other commands are options under their own names', () => {
  const line = (command: 'train' | 'predict', parameters: Record<string, unknown>) =>
    commandLine({ command, parameters }, 'hub')
  assert.equal(
    line('train', {
      name: 'n',
      modelId: 'm',
      classes: ['a', 'b'],
      kind: null,
      regParams: [0.01, 0.1],
      elasticNetParams: [0],
      balanced: true,
      testFraction: 0.2,
    }),
    'imagehub train --hub hub --model m --reg-param 0.01,0.1 --elastic-net-param 0 --name n --classes a,b --balanced --test-fraction 0.2',
  )
  assert.equal(line('predict', { head: 'n', deep: { x: 1 } }), 'imagehub predict --hub hub --head n')
})

test('a shell reads every value as one word and runs nothing', () => {
  const text = fc.string({
    unit: fc.constantFrom(...' \'"$`\\;&|<>()*?~#\n!-a='),
    minLength: 1,
    maxLength: 12,
  })
  fc.assert(
    fc.property(text, text, (hub, model) => {
      const line = commandLine({ command: 'featurize', parameters: { model } }, hub)
      const words = execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' }).split('\0')
      assert.deepEqual(words.slice(0, -1), ['imagehub', 'featurize', '--hub', hub, '--model', model])
    }),
    { numRuns: 50 },
  )
})
