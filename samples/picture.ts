import { type BackgroundName, backgrounds, type Canvas } from './backgrounds.ts'
import { bicycle } from './objects/bicycle.ts'
import { boat } from './objects/boat.ts'
import { fish } from './objects/fish.ts'
import { house } from './objects/house.ts'
import { tree } from './objects/tree.ts'
import { type DrawingStyle, hsl, makePen, n, type Pen } from './Pen.ts'
import { Random } from './Random.ts'

/** What one picture shows and how it is finished: everything but its pixels. */
export interface Picture extends Canvas {
  readonly svg: string
  /** Standard deviation of the sensor noise, in steps of 255. */
  readonly noise: number
  /** Gaussian blur in pixels; 0 for none. */
  readonly blur: number
  readonly brightness: number
  readonly jpegQuality: number
}

const subjects: Record<
  string,
  { readonly draw: (pen: Pen) => string; readonly usual: readonly [BackgroundName, ...BackgroundName[]] }
> = {
  bicycle: { draw: bicycle, usual: ['bricks', 'hills'] },
  boat: { draw: boat, usual: ['sea', 'sea', 'underwater'] },
  fish: { draw: fish, usual: ['underwater', 'sea'] },
  house: { draw: house, usual: ['hills', 'sky', 'night'] },
  tree: { draw: tree, usual: ['hills', 'sky', 'night'] },
}

/** The classes of the drawn set, in order. */
export const sampleClasses: readonly string[] = Object.keys(subjects)

const styles: readonly [DrawingStyle, ...DrawingStyle[]] = [
  'flat',
  'outlined',
  'outlined',
  'sketch',
  'shaded',
  'shaded',
]
const everyBackground = Object.keys(backgrounds) as [BackgroundName, ...BackgroundName[]]

/**
 * Plans one picture of a class: seeded by its class and number alone, so that a set can be drawn in any order and a larger set holds
 * the smaller one. Half of the backgrounds are what one expects behind the object and half are any, so that colour alone tells little.
 */
export function planPicture(name: string, index: number, seed: number): Picture {
  const subject = subjects[name]
  if (subject === undefined) throw new RangeError(`no class ${name}`)
  const random = new Random(`${seed}/${name}/${index}`)
  const canvas = pickCanvas(random)
  const background = random.pick(random.chance(0.5) ? subject.usual : everyBackground)
  const pen = makePen(random, random.pick(styles))
  const scene = [backgrounds[background](random, canvas), placed(random, canvas, subject.draw(pen))]
  if (random.chance(0.3)) scene.push(occluder(random, canvas))
  return {
    ...canvas,
    svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${canvas.width}" height="${canvas.height}">${shading}${scene.join('')}</svg>`,
    noise: random.between(0, 14),
    blur: random.chance(0.2) ? random.between(0.4, 1.1) : 0,
    brightness: random.between(0.82, 1.15),
    jpegQuality: random.whole(55, 95),
  }
}

/** 300 to 1024 pixels a side, no longer than two thirds more than wide, as cameras have it. */
function pickCanvas(random: Random): Canvas {
  const long = random.whole(400, 1024)
  const short = Math.max(300, Math.round(long * random.between(0.6, 1)))
  return random.chance(0.6) ? { width: long, height: short } : { width: short, height: long }
}

const shading =
  '<defs><linearGradient id="shade" x1="0" y1="0" x2="0.6" y2="1"><stop offset="0" stop-color="#ffffff" stop-opacity="0.4"/><stop offset="0.5" stop-color="#ffffff" stop-opacity="0"/><stop offset="1" stop-color="#10101c" stop-opacity="0.38"/></linearGradient></defs>'

/** The object somewhere near the middle, scaled, turned and perhaps mirrored; sometimes partly out of the picture. */
function placed(random: Random, { width, height }: Canvas, drawing: string): string {
  const scale = (Math.min(width, height) / 200) * random.between(0.55, 0.98)
  const slack = { x: width / 2 - scale * 70, y: height / 2 - scale * 70 }
  const x = width / 2 + random.between(-0.8, 0.8) * Math.max(0, slack.x)
  const y = height / 2 + random.between(-0.8, 0.8) * Math.max(0, slack.y)
  const mirror = random.pick([-1, 1])
  return `<g transform="translate(${n(x)} ${n(y)}) rotate(${n(random.between(-18, 18))}) scale(${n(mirror * scale)} ${n(scale)})">${drawing}</g>`
}

/** Something in front: a post, a thumb at the edge, or leaves. */
function occluder(random: Random, { width, height }: Canvas): string {
  const colour = hsl(random.between(0, 360), random.between(15, 45), random.between(25, 60))
  const x = random.between(0.1, 0.9) * width
  return random.pick([
    () =>
      `<rect x="${n(x)}" width="${n(width * random.between(0.03, 0.08))}" height="${height}" fill="${colour}"/>`,
    () =>
      `<ellipse cx="${n(random.pick([0, width]))}" cy="${n(height * random.between(0.5, 1))}" rx="${n(width * 0.2)}" ry="${n(height * 0.22)}" fill="${hsl(18, 45, random.between(45, 70))}"/>`,
    () =>
      random
        .times(9, () => {
          const [leafX, leafY] = [x + random.between(-0.12, 0.12) * width, random.between(0.7, 1) * height]
          return `<ellipse cx="${n(leafX)}" cy="${n(leafY)}" rx="${n(width * 0.05)}" ry="${n(width * 0.02)}" transform="rotate(${n(random.between(0, 180))} ${n(leafX)} ${n(leafY)})" fill="${hsl(random.between(80, 140), 45, random.between(28, 45))}"/>`
        })
        .join(''),
  ])()
}
