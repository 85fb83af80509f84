import type { Random } from './Random.ts'

export type DrawingStyle = 'flat' | 'outlined' | 'sketch' | 'shaded'

/** Draws SVG elements in one style. Coordinates are those of the object's own box, -100 to 100, y downwards. */
export interface Pen {
  readonly random: Random
  /** A few colours that go together; index 0 is the object's main colour. */
  readonly colours: readonly [string, string, string, string]
  shape(path: string, colour: string): string
  circle(x: number, y: number, radius: number, colour: string): string
  /** An open line, never filled. */
  line(path: string, colour: string, width: number): string
}

const ink = '#2b2a33'

export function makePen(random: Random, style: DrawingStyle): Pen {
  const colours = pickColours(random)
  const width = random.between(1.6, 3.4)
  const paint = (colour: string) => {
    if (style === 'sketch')
      return `fill="${colour}" fill-opacity="0.18" stroke="${colour}" stroke-width="${n(width * 1.2)}" stroke-linejoin="round"`
    if (style === 'outlined')
      return `fill="${colour}" stroke="${ink}" stroke-width="${n(width)}" stroke-linejoin="round"`
    return `fill="${colour}"`
  }
  const shade = style === 'shaded'
  return {
    random,
    colours,
    shape: (path, colour) =>
      `<path d="${path}" ${paint(colour)}/>${shade ? `<path d="${path}" fill="url(#shade)"/>` : ''}`,
    circle: (x, y, radius, colour) => {
      const at = `cx="${n(x)}" cy="${n(y)}" r="${n(radius)}"`
      return `<circle ${at} ${paint(colour)}/>${shade ? `<circle ${at} fill="url(#shade)"/>` : ''}`
    },
    line: (path, colour, lineWidth) =>
      `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${n(lineWidth)}" stroke-linecap="round" stroke-linejoin="round"/>`,
  }
}

/** Four colours: a hue, one beside it, one across, and a pale or a dark one. */
function pickColours(random: Random): [string, string, string, string] {
  const hue = random.between(0, 360)
  const strength = random.between(35, 85)
  return [
    hsl(hue, strength, random.between(38, 60)),
    hsl(hue + random.between(20, 50), strength, random.between(45, 65)),
    hsl(hue + random.between(150, 210), strength, random.between(45, 65)),
    random.chance(0.7) ? hsl(hue + 30, 35, random.between(88, 95)) : hsl(hue, 25, random.between(18, 28)),
  ]
}

export function hsl(hue: number, saturation: number, lightness: number): string {
  return `hsl(${n(((hue % 360) + 360) % 360)}, ${n(saturation)}%, ${n(lightness)}%)`
}

/** A number as SVG text. */
export function n(value: number): string {
  return String(Math.round(value * 100) / 100)
}
