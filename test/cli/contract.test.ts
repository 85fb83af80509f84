import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { after, before } from 'node:test'
import { commandWords } from '../../cli/Command.ts'
import { loadCommands } from '../../cli/commands.ts'
import type { ImageLife } from '../../operations/explainImage.ts'
import type { ExportResult } from '../../operations/export/exportRows.ts'
import { commandLine, type ErrorDocument, program, runProcess } from '../support/commandLine.ts'
import { drawnPhotos, writeFiles, writePixelModel } from '../support/drawnPhotos.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'

const commands = await loadCommands([])
const folder = await temporaryFolder({ after })
const photos = join(folder, 'photos')
const model = join(folder, 'pixels.onnx')
const hub = join(folder, 'hub')
const line = await commandLine({ after })

before(async () => {
  await writeFiles(photos, await drawnPhotos())
  await writePixelModel(model)
  await line.json(0, 'models', 'import', '--from', model, '--id', 'pixels')
  await line.json(0, 'ingest', '--hub', hub, '--from', photos, '--labels', 'folder')
  await line.json(0, 'featurize', '--hub', hub, '--model', 'pixels')
})

test('every command explains itself, with examples', async () => {
  const names = commands.map(command => commandWords(command).join(' '))
  assert.deepEqual([...names].sort(), [
    'demo',
    'emr backfill',
    'emr bundle',
    'emr cancel',
    'emr compile',
    'emr cost',
    'emr diagnose',
    'emr iam',
    'emr list',
    'emr logs',
    'emr plan',
    'emr schedule',
    'emr submit',
    'emr unschedule',
    'emr watch',
    'evaluate',
    'export',
    'featurize',
    'ingest',
    'jobs',
    'models',
    'predict',
    'report',
    'run',
    'runs',
    'sql',
    'train',
    'why',
  ])
  const helps = await Promise.all(names.map(name => line.run(...name.split(' '), '--help')))
  for (const [index, { code, stdout, stderr }] of helps.entries()) {
    assert.deepEqual([code, stderr], [0, ''])
    assert.ok(stdout.startsWith(`imagehub ${names[index]}`), stdout)
    assert.match(stdout, /--hub .*\n[\s\S]*--json .*\n[\s\S]*--quiet /)
    assert.match(stdout, /\nExamples:\n {2}imagehub /)
    assert.ok(
      stdout.split('\n').every(text => text.length <= 110),
      'no wider than a page',
    )
  }
})

test('without a command the help is shown, and that is a mistake; asked for, it is none', async () => {
  const [alone, asked] = await Promise.all([line.run(), line.run('--help')])
  assert.deepEqual([alone.code, alone.stdout], [2, ''])
  assert.match(alone.stderr, /Commands:\n {2}imagehub demo/)
  assert.deepEqual([asked.code, asked.stderr], [0, ''])
  assert.match(asked.stdout, /Commands:/)
})

test('a mistyped command, option or value is named, with what was perhaps meant', async () => {
  const cases: [string[], RegExp, RegExp][] = [
    [['fea'], /no command fea/, /did you mean featurize\?/],
    [['ingset', '--from', 'x'], /no command ingset/, /ingest\?/],
    [['zzzz'], /no command zzzz/, /the commands are demo, ingest/],
    [['featurize', '--modell', 'x'], /no option --modell/, /--model\?/],
    [['featurize', '--hub', 'x'], /--model is missing/, /imagehub featurize --help/],
    [['featurize', '--model'], /--model needs a value/, /--help/],
    [['ingest', 'stray', '--hub', 'h'], /stray is one argument too many/, /--help/],
    [['why', '--hub', 'h'], /an argument is missing/, /imagehub why <image>/],
    [['models', 'grow'], /"grow"; it can be "list"/, /models <action>/],
    [
      ['sql', '--format', 'yaml', 'SELECT 1'],
      /--format is "yaml"; it can be "table", "csv", "json"/,
      /--help/,
    ],
    [['emr', 'cost', 'featurize', '--imagse', '5'], /no option --imagse/, /--images\?/],
    [['emr', 'cost', 'featurize', '--images', '5'], /an estimate needs/, /--rate/],
    [
      ['emr', 'iam', 'nightly', '--region', 'eu-central-1', '--account', '123456789012'],
      /needs the parameter hub/,
      /--param hub=/,
    ],
    [['run', 'nigthly'], /no job "nigthly"/, /did you mean nightly/],
    [['export', '--hub', hub, '--query', 'class_frequency'], /--to is missing/, /imagehub export --help/],
    [['export', '--hub', hub, '--to', join(folder, 'a.parquet')], /either a statement or/, /sql --list/],
    [
      ['export', '--hub', hub, '--sql', 'FROM images', '--to', 'a.csv'],
      /no \.parquet file/,
      /sql --format csv/,
    ],
    [['runs', '--hub', 'a', '--hub', 'b'], /--hub was given 2 times/, /once/],
    [['runs', '--hub='], /--hub is empty/, /s3:/],
    [['runs', '--limit', 'few', '--hub', 'h'], /--limit is no number/, /number/],
    [['ingest', '--from', 'x'], /--hub is missing/, /--hub DIR/],
    [['ingest', '--hub', join(folder, 'new')], /where the photos are/, /--open-images/],
    [['ingest', '--hub', hub, '--from', photos, '--workers', '0'], /--workers is 0/, /1 to 256/],
  ]
  await Promise.all(
    cases.map(async ([args, message, hint]) => {
      const { error } = await line.json<ErrorDocument>(2, ...args)
      assert.match(error.message, message)
      assert.match(error.hint ?? '', hint)
    }),
  )
})

test('--json prints one document, also for errors; without it errors go to stderr, in two lines', async () => {
  const { error } = await line.json<ErrorDocument>(2, 'runs', '--hub', join(folder, 'nowhere'))
  assert.equal(error.code, 'not_a_hub')
  assert.deepEqual(Object.keys(error), ['code', 'message', 'hint'])
  const { code, stdout, stderr } = await line.run('runs', '--hub', join(folder, 'nowhere'))
  assert.deepEqual([code, stdout], [2, ''])
  assert.match(stderr, /^imagehub: .*nowhere is not a hub\n {2}make one with: imagehub ingest --hub .*\n$/)
})

test('where no person watches there is neither a progress bar nor a colour, and with --quiet nothing at all', async () => {
  const runs = await Promise.all([
    line.run('ingest', '--hub', join(folder, 'loud'), '--from', photos),
    line.run('ingest', '--hub', join(folder, 'quiet'), '--from', photos, '--quiet'),
    line.with({ NO_COLOR: '1' }).run('runs', '--hub', hub),
  ])
  for (const { code, stdout, stderr } of runs) {
    assert.deepEqual([code, stderr], [0, ''])
    assert.ok(!stdout.includes('\u001b'))
  }
  assert.match(runs[0].stdout, /16 accepted[\s\S]*3 rejected[\s\S]*1 truncated[\s\S]*images\/s/)
})

test('sql answers as a table, as CSV and as an array of row objects', async () => {
  const statement = 'SELECT verdict, count(*) AS n FROM images GROUP BY ALL ORDER BY ALL'
  const [table, csv, json, same] = await Promise.all(
    [[], ['--format', 'csv'], ['--format', 'json'], ['--json']].map(more =>
      line.run('sql', '--hub', hub, statement, ...more),
    ),
  )
  assert.equal(table?.stdout, 'verdict    n\n--------  --\naccepted  16\nrejected   3\n(2 rows)\n')
  assert.equal(csv?.stdout, 'verdict,n\r\naccepted,16\r\nrejected,3\r\n')
  assert.deepEqual(JSON.parse(json?.stdout ?? ''), [
    { verdict: 'accepted', n: 16 },
    { verdict: 'rejected', n: 3 },
  ])
  assert.equal(json?.stdout, same?.stdout)
})

test('named queries are listed, take parameters and refuse what they do not take', async () => {
  const list = await line.json<{ name: string }[]>(0, 'sql', '--list')
  assert.ok(list.length >= 12)
  const ask = ['sql', '--hub', hub, '--query', 'class_frequency']
  const rows = await line.json<{ display_name: string }[]>(0, ...ask)
  assert.deepEqual(
    rows.map(({ display_name }) => display_name),
    ['blue', 'red'],
  )
  const { error } = await line.json<ErrorDocument>(2, ...ask, '--param', 'nope=1')
  assert.equal(error.code, 'unknown_parameter')
})

test('export writes a file that other programs read, with pictures by class, and runs tells of it', async () => {
  const [to, images] = [join(folder, 'red.parquet'), join(folder, 'red')]
  const command = ['export', '--hub', hub, '--query', 'labelled_images', '--param', 'label=red', '--to', to]
  const result = await line.json<ExportResult>(0, ...command, '--images', images, '--limit', '5')
  assert.deepEqual([result.rows, result.images?.copied], [5, 5])
  assert.equal((await readdir(join(images, 'red'))).length, 5)
  const again = await line.run(...command, '--images', images, '--limit', '6')
  assert.match(
    again.stdout,
    /^6 rows of 4 columns, [\d.]+ k?B: file:.*\npictures: 1 copied, 5 there already: /,
  )
  const { stdout } = await line.run('runs', '--hub', hub)
  assert.match(stdout, /export +committed .* 2 +6 exported/)
  const shown = await line.run('runs', '--hub', hub, result.run.run_id)
  assert.match(shown.stdout, /file +file:.*red\.parquet/)
})

test('sql can reach nothing but the hub', async () => {
  for (const statement of [
    "SELECT * FROM read_text('/etc/hostname')",
    "COPY images TO '/tmp/imagehub-escaped.csv'",
    "ATTACH '/tmp/imagehub-escaped.db'",
    'DROP VIEW images',
  ]) {
    const { error } = await line.json<ErrorDocument>(2, 'sql', '--hub', hub, statement)
    assert.ok(error.message.length > 10)
  }
})

test('a reader that goes away ends a command without a word', async () => {
  const command = `"$0" "$1" sql --hub "$2" --format csv "SELECT a.range, b.range FROM range(2000) a, range(2000) b" | head -n 1; echo "\${PIPESTATUS[0]}"`
  const { stdout, stderr } = await runProcess('bash', ['-c', command, process.execPath, program, hub])
  assert.deepEqual([stdout, stderr], ['range,range:1\r\n0\n', ''])
})

test('models path prints a path and nothing else', async () => {
  const { code, stdout, stderr } = await line.run('models', 'path', 'pixels')
  assert.deepEqual([code, stderr], [0, ''])
  assert.deepEqual(await readFile(stdout.replace(/\n$/, '')), await readFile(model))
  const list = await line.run('models', 'list')
  assert.match(list.stdout, /^pixels +installed +48-d, 4 x 4/m)
})

test('why tells the life of an image, by id, file name or hash, and names the candidates where several fit', async () => {
  const life = await line.json<ImageLife>(0, 'why', '--hub', hub, 'red/3.jpg')
  const image = life.images[0] ?? {}
  const { run_id, ingested_at, origin, ...facts } = image
  assert.match(String(run_id), /^\d{8}T\d{6}Z-[0-9a-f]{6}$/)
  assert.match(String(ingested_at), /^\d{4}-/)
  assert.match(String(origin), /^file:\/\/.*\/red\/3\.jpg$/)
  assert.deepEqual(
    {
      ...facts,
      sha256: String(facts.sha256).length,
      image_id: String(facts.sha256).slice(0, 16) === facts.image_id,
    },
    {
      image_id: true,
      sha256: 64,
      bytes: facts.bytes,
      format: 'jpeg',
      height: 96,
      width: 96,
      n_channels: 3,
      mode: 'RGB',
      exif_orientation: null,
      captured_at: null,
      latitude: null,
      longitude: null,
      supplier_id: null,
      submission_id: null,
      verdict: 'accepted',
      reasons: [],
      detail: null,
      rules_version: 'quality-1',
    },
  )
  assert.deepEqual(
    life.labels.map(({ label, source, confidence }) => [label, source, confidence]),
    [['red', 'folder', 1]],
  )
  assert.deepEqual(
    life.embeddings.map(({ model_id, dimensions }) => [model_id, dimensions]),
    [['pixels', 48]],
  )
  for (const name of [life.image_id ?? '', String(facts.sha256).slice(0, 20), String(origin)])
    assert.deepEqual(await line.json(0, 'why', '--hub', hub, name), life)
  const { error } = await line.json<ErrorDocument>(2, 'why', '--hub', hub, '3.jpg')
  assert.equal(error.code, 'ambiguous_image')
  assert.match(error.hint ?? '', /blue\/3\.jpg[\s\S]*red\/3\.jpg/)
  const text = await line.run('why', '--hub', hub, 'red/cut.jpg')
  assert.match(
    text.stdout,
    /verdict +rejected by rules quality-1\n +truncated: The file ends before the picture does\./,
  )
})

test('runs lists what happened, and one run with all that is known of it', async () => {
  const all = await line.json<{ run_id: string; command: string; state: string }[]>(0, 'runs', '--hub', hub)
  const runs = all.filter(({ command }) => command !== 'export')
  assert.deepEqual(
    runs.map(({ command, state }) => [command, state]),
    [
      ['ingest', 'committed'],
      ['featurize', 'committed'],
    ],
  )
  const { stdout } = await line.run('runs', '--hub', hub, runs[1]?.run_id ?? '')
  assert.match(
    stdout,
    /parameters +\{"model":"pixels"\}[\s\S]*rows written +16 embeddings[\s\S]*model +pixels, sha256 /,
  )
})
