import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import { makeThumbnail } from '../../report/collect/thumbnail.ts'
import { renderReport } from '../../report/renderReport.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'
import { drawing } from './drawnHub.ts'
import { sampleReport } from './sampleReport.ts'

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
)

test('a browser shows the report without an error, a request or a sideways scroll, light and dark', async t => {
  if (executablePath === undefined) return t.skip('no chromium on this machine: apt-get install chromium')
  const thumbnails = await Promise.all(
    Array.from({ length: 10 }, async (_, index) =>
      makeThumbnail(await drawing(index % 2 ? 'bar' : 'disk', index)),
    ),
  )
  const data = sampleReport({
    thumbnail: (_, index) =>
      thumbnails[index % thumbnails.length] ?? { kind: 'placeholder', because: 'none' },
  })
  // A name without a place to break is the hardest thing for a narrow page.
  const long = 'a'.repeat(300)
  const page = renderReport({
    ...data,
    hub: `s3://bucket/${long}`,
    failures: { total: 1, shown: data.failures.shown.map(row => ({ ...row, origin: long, message: long })) },
  })
  const file = join(await temporaryFolder(t), 'report.html')
  await writeFile(file, page)
  const browser = await chromium.launch({ executablePath, args: flags })
  t.after(() => browser.close())
  for (const width of [320, 390, 1280])
    for (const colorScheme of ['light', 'dark'] as const) {
      const shown = await look(browser, file, { width, colorScheme })
      const where = `${width} px, ${colorScheme}`
      assert.deepEqual(shown.complaints, [], where)
      assert.deepEqual(shown.requests, [pathToFileURL(file).href], where)
      assert.equal(shown.scrollWidth, width, `${where}: the page scrolls sideways`)
      assert.ok(shown.pictures > 50 && shown.brokenPictures === 0, where)
      assert.ok(shown.charts >= 9, `${where}: ${shown.charts} charts are visible`)
      assert.deepEqual(shown.faint, [], `${where}: text with a contrast below 4.5`)
    }
})

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

async function look(
  browser: Browser,
  file: string,
  { width, colorScheme }: { width: number; colorScheme: 'light' | 'dark' },
) {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme })
  const complaints: string[] = []
  const requests: string[] = []
  page.on('console', message => complaints.push(message.text()))
  page.on('pageerror', error => complaints.push(error.message))
  page.on('request', request => {
    if (!request.url().startsWith('data:')) requests.push(request.url())
  })
  await page.goto(pathToFileURL(file).href)
  const measured = (await page.evaluate(measure)) as {
    scrollWidth: number
    pictures: number
    brokenPictures: number
    charts: number
    faint: string[]
  }
  await page.close()
  return { complaints, requests, ...measured }
}

/** Runs in the page; as text, since the compiler does not know the DOM. Colours are read back through a canvas: they may be in any colour space. */
const measure = `(() => {
  const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true })
  const over = (color, below) => {
    context.fillStyle = below; context.fillRect(0, 0, 1, 1)
    context.fillStyle = color; context.fillRect(0, 0, 1, 1)
    return 'rgb(' + [...context.getImageData(0, 0, 1, 1).data].slice(0, 3).join(' ') + ')'
  }
  const luminance = color => {
    const [r, g, b] = color.match(/\\d+/g).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const background = element => element === null ? 'rgb(255 255 255)' : over(getComputedStyle(element).backgroundColor, background(element.parentElement))
  const faint = new Set()
  for (const element of document.querySelectorAll('main *')) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim() !== '')
    if (!own || !element.checkVisibility() || element.closest('.hidden')) continue
    const style = getComputedStyle(element)
    const below = background(element.closest('svg') ? element.closest('div') : element)
    const [light, dark] = [luminance(over(element.closest('svg') ? style.fill : style.color, below)), luminance(below)].sort((a, b) => b - a)
    const contrast = (light + 0.05) / (dark + 0.05)
    if (contrast < 4.5) faint.add(element.tagName + '.' + element.getAttribute('class') + ' ' + contrast.toFixed(2) + ' ' + element.textContent.slice(0, 20))
  }
  const images = [...document.images]
  return {
    scrollWidth: document.documentElement.scrollWidth,
    pictures: images.length,
    brokenPictures: images.filter(image => image.naturalWidth === 0).length,
    charts: [...document.querySelectorAll('svg[role=img]')].filter(svg => svg.checkVisibility()).length,
    faint: [...faint],
  }
})()`
