import assert from 'node:assert/strict'
import { test } from 'node:test'
import { summarise, summaryText } from '../../report/summary.ts'
import { sampleReport } from './sampleReport.ts'

const sample = sampleReport({ thumbnail: () => ({ kind: 'placeholder', because: 'none' }) })

test('summary.json has the figures of the report under stable names', () => {
  const summary = summarise(sample)
  assert.deepEqual(JSON.parse(JSON.stringify(summary)), summary)
  assert.deepEqual(summary.images, { total: 412, distinct: 408, bytes: 25_600_000 })
  assert.deepEqual(summary.verdicts, { accepted: 389, quarantined: 9, rejected: 13, failed: 1 })
  assert.deepEqual(summary.reasons[0], { verdict: 'quarantined', reason: 'blurred', count: 7 })
  assert.deepEqual(Object.keys(summary.images_per_second), ['ingest', 'featurize'])
  assert.ok(Math.abs((summary.images_per_second.featurize ?? 0) - 29) < 3)
  assert.equal(summary.head?.accuracy, 0.9)
  assert.deepEqual([summary.head?.accuracy_low, summary.head?.accuracy_high], [0.825, 0.9625])
  assert.deepEqual(summary.head?.confusion_matrix?.counts[1], [0, 14, 0, 2, 0])
})

test('the text for the terminal has verdicts by reason, rates, accuracy with its interval and the confusion matrix', () => {
  const lines = summaryText(sample).replaceAll('\u00a0', ' ').split('\n')
  assert.ok(lines.some(line => /^Images in +412 \(25\.6 MB\)$/.test(line)))
  assert.ok(lines.some(line => /^ {2}quarantined +9 \(2\.2 %\)$/.test(line)))
  assert.ok(lines.some(line => /^ {4}blurred +7$/.test(line)))
  assert.ok(lines.some(line => /^Images\/s, featurize +2\d(\.\d)? \(389 images, 2 workers\)$/.test(line)))
  assert.ok(
    lines.some(line =>
      /^Test accuracy +90 % \(82\.5 to 96\.3\), 95 % interval, 80 held-out images$/.test(line),
    ),
  )
  assert.deepEqual(lines.slice(-6), [
    'labelled    daisy dandelion roses sunflowe… tulips',
    'daisy          15         1     ·         ·      ·',
    'dandelion       ·        14     ·         2      ·',
    'roses           1         ·    13         ·      2',
    'sunflowers      ·         ·     ·        16      ·',
    'tulips          ·         ·     2         ·     14',
  ])
})

test('a hub without images or a head has a text of its own', () => {
  const text = summaryText({
    ...sample,
    images: { total: 0, distinct: 0, bytes: 0, verdicts: [], rulesVersions: [] },
    reasons: [],
    runs: [],
    head: null,
  })
  assert.equal(text.replaceAll('\u00a0', ' '), 'Images in  0 (0 B)')
})

test('many classes are cut to what a terminal holds, and names cannot move the cursor', () => {
  assert.ok(sample.head)
  const names = Array.from({ length: 40 }, (_, index) => `\u001b[31m\r\nclass ${index} ${'long '.repeat(30)}`)
  const text = summaryText({
    ...sample,
    head: {
      ...sample.head,
      confusion: {
        displayNames: names,
        counts: names.map(() => names.map(() => 1234)),
        totals: names.map(() => 49_360),
        omitted: 0,
      },
    },
  })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  assert.ok(Math.max(...text.split('\n').map(line => line.length)) <= 130)
  assert.match(text, /30 more classes: see the report/)
})
