import sharp, { type Sharp } from 'sharp'
import { planPicture, sampleClasses } from './picture.ts'
import { Random } from './Random.ts'
import { renderPicture } from './renderPicture.ts'

/** A file that a verdict should have something to say about, as deliveries have them. */
export interface OddFile {
  /** Path below the set's folder; its folder is a true label where there is a picture at all. */
  readonly file: string
  readonly what: 'truncated' | 'web_page' | 'blurred' | 'dark' | 'tiny' | 'duplicate' | 'animated'
  readonly make: () => Promise<Buffer>
}

/** The odd files of a drawn set, one of each kind, about pictures that the set itself does not use (but for the duplicate). */
export function oddFiles(seed: number): OddFile[] {
  const [first = '', second = '', third = '', fourth = '', fifth = ''] = sampleClasses
  const draw = (name: string, index = 1_000_000) => renderPicture(planPicture(name, index, seed))
  const jpeg = (image: Sharp) => image.jpeg({ quality: 85 }).toBuffer()
  return [
    {
      file: `${first}/${first}-upload-cut.jpg`,
      what: 'truncated',
      make: async () => {
        const whole = await draw(first)
        return whole.subarray(0, Math.floor(whole.length * 0.4))
      },
    },
    { file: `${second}/${second}-not-found.jpg`, what: 'web_page', make: async () => Buffer.from(webPage) },
    { file: `${second}/${second}-copy.jpg`, what: 'duplicate', make: () => draw(second, 0) },
    {
      file: `${third}/${third}-out-of-focus.jpg`,
      what: 'blurred',
      make: async () => jpeg(sharp(await draw(third)).blur(18)),
    },
    { file: `${third}/${third}-swimming.gif`, what: 'animated', make: () => animation(third, seed) },
    {
      file: `${fourth}/${fourth}-at-midnight.jpg`,
      what: 'dark',
      make: async () => jpeg(sharp(await draw(fourth)).linear(0.035, 0)),
    },
    {
      file: `${fifth}/${fifth}-thumbnail.png`,
      what: 'tiny',
      make: async () =>
        sharp(await draw(fifth))
          .resize(12, 12, { fit: 'fill' })
          .png()
          .toBuffer(),
    },
  ]
}

const webPage = `<!DOCTYPE html>
<html><head><title>404 Not Found</title></head>
<body><h1>Not Found</h1><p>The picture you asked for is not here any more.</p></body></html>
`

async function animation(name: string, seed: number): Promise<Buffer> {
  const side = 160
  const random = new Random(`${seed}/animation`)
  const still = await sharp(await renderPicture(planPicture(name, random.whole(0, 9), seed)))
    .resize(side * 2, side, { fit: 'cover' })
    .raw()
    .toBuffer()
  const frames = await Promise.all(
    [0, 1, 2, 3, 4, 5].map(step =>
      sharp(still, { raw: { width: side * 2, height: side, channels: 3 } })
        .extract({ left: Math.round((side * step) / 5), top: 0, width: side, height: side })
        .png()
        .toBuffer(),
    ),
  )
  return sharp(frames, { join: { animated: true } })
    .gif({ effort: 2, delay: frames.map(() => 120), loop: 0 })
    .toBuffer()
}
