import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileName, formatBytes, formatDuration, formatInstant, formatPercent } from '../../report/format.ts'
import { clip, visibleText } from '../../report/html.ts'

const spaces = (text: string) => text.replaceAll('\u00a0', ' ')

test('a share that is not all is never 100 %, one that is not nothing never 0 %', () => {
  const shares = [0, 0.0001, 0.001, 0.9, 0.9155, 0.9999, 1]
  assert.deepEqual(
    shares.map(share => spaces(formatPercent(share))),
    ['0 %', '< 0.1 %', '0.1 %', '90 %', '91.5 %', '> 99.9 %', '100 %'],
  )
})

test('sizes and times change their unit where the number would be long', () => {
  assert.deepEqual([0, 999, 1000, 999_999, 5_230_000_000].map(formatBytes).map(spaces), [
    '0 B',
    '999 B',
    '1 kB',
    '1 MB',
    '5.23 GB',
  ])
  assert.deepEqual([0.44, 9.96, 59.6, 3599, 7800].map(formatDuration).map(spaces), [
    '0.4 s',
    '10.0 s',
    '1 min 00 s',
    '59 min 59 s',
    '2 h 10 min',
  ])
  assert.equal(formatInstant('2026-11-21T10:15:59.9Z'), '2026-11-21 10:15 UTC')
  assert.equal(formatInstant('some time'), 'some time')
})

test('a file name is decoded from a URI, not from a path, and a broken escape stays', () => {
  assert.equal(fileName('file:///a/my%20photo.jpg'), 'my photo.jpg')
  assert.equal(fileName('/a/100%25.jpg'), '100%25.jpg')
  assert.equal(fileName('s3://bucket/100%.jpg'), '100%.jpg')
})

test('text is cut between characters, never inside one, and what hides is shown', () => {
  assert.equal(clip('🌻🌻🌻🌻', 3), '🌻🌻…')
  assert.equal(clip('abc', 3), 'abc')
  assert.equal(visibleText('a\u202eb\u0000\ud800'), 'a⟨U+202E⟩b⟨U+0000⟩\ufffd')
  assert.equal(visibleText('עברית 👩‍🌾'), 'עברית 👩‍🌾', 'right-to-left letters and joined emoji stay')
})
