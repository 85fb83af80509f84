import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseHTML } from 'linkedom'
import type { ReportData, Thumbnail } from '../../report/ReportData.ts'
import { renderReport } from '../../report/renderReport.ts'
import { outline } from './outline.ts'
import { sampleReport } from './sampleReport.ts'

const pixel: Thumbnail = {
  kind: 'picture',
  uri: 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=',
  width: 4,
  height: 3,
}
const sample = sampleReport({ thumbnail: () => pixel })

test('the page has the structure of the fixture (UPDATE_FIXTURES=1 writes it anew)', async () => {
  const fixture = join(import.meta.dirname, '../fixtures/report/sample.txt')
  const structure = outline(renderReport(sample))
  if (process.env.UPDATE_FIXTURES === '1') await writeFile(fixture, structure)
  assert.equal(structure, await readFile(fixture, 'utf8'))
})

test('the same data gives the same bytes, also in one process', () => {
  assert.equal(renderReport(sample), renderReport(structuredClone(sample)))
})

test('the page needs nothing else: no script, no link out, no style sheet, a policy that forbids them', () => {
  const { document } = parseHTML(renderReport(sample))
  assertInert(document)
  const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content')
  assert.match(policy ?? '', /^default-src 'none'; img-src data:; style-src 'unsafe-inline'/)
})

test('ids are unique, links and labels lead to them, pictures and tables say what they are', () => {
  const { document } = parseHTML(renderReport(sample))
  const all: Element[] = [...document.querySelectorAll('*')]
  const ids = all.map(element => element.getAttribute('id')).filter(id => id !== null)
  assert.equal(new Set(ids).size, ids.length)
  for (const link of document.querySelectorAll('a[href]'))
    assert.ok(ids.includes(link.getAttribute('href').slice(1)), link.getAttribute('href'))
  for (const section of document.querySelectorAll('[aria-labelledby]'))
    assert.ok(ids.includes(section.getAttribute('aria-labelledby')))
  for (const image of document.querySelectorAll('img')) assert.ok(image.getAttribute('alt'))
  for (const table of document.querySelectorAll('table'))
    assert.ok(table.querySelector('caption')?.textContent)
  for (const svg of document.querySelectorAll('svg'))
    assert.ok(svg.getAttribute('aria-label') || svg.getAttribute('aria-hidden') === 'true')
})

test('hostile text is shown, never obeyed', () => {
  const hostile = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '</style></title></svg><script>alert(1)</script>',
    'https://evil.example/?q=1&amp;lt;',
    '\u202egpj.exe\u0000\u001b[31m\u0085',
    'עברית اَلْعَرَبِيَّة',
    `$\{alert(1)} \`x\``,
    'var(--x); } * { display: none',
    '\ud800 lone',
  ].join(' ')
  const page = renderReport(poison(sample, hostile))
  const { document } = parseHTML(page)
  assertInert(document)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  assert.doesNotMatch(page, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
  assert.ok(page.isWellFormed())
  assert.match(page, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/)
  assert.match(page, /⟨U\+202E⟩gpj\.exe⟨U\+0000⟩/)
  assert.equal(
    document.querySelectorAll('*').length,
    parseHTML(renderReport(poison(sample, 'plain'))).document.querySelectorAll('*').length,
    'hostile text makes no elements',
  )
})

test('no text makes an element or an attribute of its own', () => {
  const shape = (page: string) =>
    [...parseHTML(page).document.querySelectorAll('*')].map((element: Element) =>
      [element.tagName, ...element.getAttributeNames()].join(' '),
    )
  const expected = shape(renderReport(poison(sample, 'plain')))
  const dangerous = fc.string({
    unit: fc.constantFrom(
      ...'<>"\'`&=/;{}()! -a\n\t\0',
      '\u202e',
      '\ud83c',
      'script',
      '-->',
      ']]>',
      'onload=',
    ),
    minLength: 1,
    maxLength: 30,
  })
  fc.assert(
    fc.property(dangerous, text => {
      // White space alone is an empty line in a shell command and takes no element away.
      assert.deepEqual(shape(renderReport(poison(sample, `x${text}`))), expected)
    }),
    { numRuns: 5 },
  )
})

test('a hub without a head, without labels and without images is a page that says so', () => {
  const empty: ReportData = {
    ...sample,
    images: { total: 0, distinct: 0, bytes: 0, verdicts: [], rulesVersions: [] },
    contactSheet: [],
    reasons: [],
    classes: { shown: [], total: 0, unlabelled: 0 },
    resolutions: { points: [], images: 0, shown: 0 },
    histograms: [],
    models: [],
    head: null,
    failures: { total: 0, shown: [] },
    runs: [],
  }
  const { document } = parseHTML(renderReport(empty))
  assert.equal(document.querySelector('h1')?.textContent, 'This hub holds no images yet.')
  assert.match(document.querySelector('.absent')?.textContent ?? '', /No head has been trained yet/)
  assert.equal(document.querySelectorAll('.chart').length, 0)
})

test('figures at the edge are drawn too: one image, one class, one bin, values that are not numbers', () => {
  const { head } = sample
  assert.ok(head)
  const data: ReportData = {
    ...sample,
    images: { ...sample.images, total: 1, verdicts: [{ verdict: 'new verdict', count: 1 }] },
    resolutions: { points: [{ width: 1, height: 1, verdict: 'new verdict', count: 1 }], images: 1, shown: 1 },
    histograms: [
      { key: 'bytes', scale: 'log', bins: [{ from: 1, to: 10, verdict: 'new verdict', count: 1 }] },
      { key: 'entropy', scale: 'linear', bins: [{ from: 0, to: 1, verdict: 'new verdict', count: 1 }] },
    ],
    head: {
      ...head,
      accuracy: { value: 1, low: null, high: null },
      perClass: [
        { label: 'a', displayName: 'a', support: 0, precision: null, recall: null, f1: null },
        {
          label: 'b',
          displayName: 'a',
          support: 1,
          precision: { value: 0, low: 0, high: 0 },
          recall: null,
          f1: null,
        },
      ],
      confusion: { displayNames: ['a'], counts: [[0]], totals: [0], omitted: 0 },
      calibration: { error: null, bins: [{ predicted: 1, observed: 1, count: 1 }] },
    },
  }
  const page = renderReport(data)
  assert.doesNotMatch(page, /NaN|Infinity|undefined|\[object/)
})

/** The data with a text in the place of every text that comes from outside. */
function poison(data: ReportData, text: string): ReportData {
  const kept = new Set([
    'kind',
    'uri',
    'key',
    'scale',
    'command',
    'state',
    'engine',
    'generatedAt',
    'started_at',
    'ended_at',
  ])
  const replace = (value: unknown, name: string): unknown => {
    if (typeof value === 'string') return kept.has(name) ? value : text
    if (Array.isArray(value)) return value.map(item => replace(item, name))
    if (value !== null && typeof value === 'object')
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replace(item, key)]))
    return value
  }
  const poisoned = replace(data, '') as ReportData
  return { ...poisoned, head: poisoned.head && { ...poisoned.head, kind: 'multinomial' } }
}

interface Element {
  readonly tagName: string
  readonly textContent: string | null
  getAttribute(name: string): string | null
  getAttributeNames(): string[]
}

function assertInert(document: { querySelectorAll(selector: string): Iterable<Element> }): void {
  const forbidden = 'script, iframe, object, embed, link, base, form, foreignObject, image, use, video, audio'
  assert.deepEqual(
    [...document.querySelectorAll(forbidden)].map(({ tagName }) => tagName),
    [],
  )
  for (const element of document.querySelectorAll('*'))
    for (const name of element.getAttributeNames()) {
      const value = element.getAttribute(name) ?? ''
      assert.doesNotMatch(name, /^on/i)
      if (['src', 'href', 'xlink:href', 'action', 'srcset'].includes(name))
        assert.match(value, /^(data:image\/|#)/)
      if (name === 'style') assert.doesNotMatch(value, /url\(|expression|@import/i)
    }
  for (const { textContent } of document.querySelectorAll('style'))
    assert.doesNotMatch(textContent ?? '', /url\(|@import|http/i)
}
