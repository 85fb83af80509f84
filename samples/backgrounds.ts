import { hsl, n } from './Pen.ts'
import type { Random } from './Random.ts'

export interface Canvas {
  readonly width: number
  readonly height: number
}

export type BackgroundName = keyof typeof backgrounds

/** What may lie behind an object; each fills the canvas, in pixels. */
export const backgrounds = { sky, hills, sea, night, paper, bricks, underwater, confetti }

function gradient(from: string, to: string, { width, height }: Canvas): string {
  return `<defs><linearGradient id="ground" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient></defs><rect width="${width}" height="${height}" fill="url(#ground)"/>`
}

function sky(random: Random, canvas: Canvas): string {
  const { width, height } = canvas
  const hue = random.chance(0.7) ? random.between(190, 215) : random.between(12, 42)
  const clouds = random.times(random.whole(2, 5), () => {
    const [x, y, size] = [
      random.between(0, width),
      random.between(0, height * 0.6),
      random.between(0.03, 0.08) * width,
    ]
    const puffs = random.times(
      4,
      index =>
        `<circle cx="${n(x + index * size)}" cy="${n(y + random.between(-0.4, 0.2) * size)}" r="${n(size * random.between(0.7, 1.1))}"/>`,
    )
    return `<g fill="#ffffff" fill-opacity="${n(random.between(0.55, 0.95))}">${puffs.join('')}</g>`
  })
  const sun = random.chance(0.5)
    ? `<circle cx="${n(random.between(0.08, 0.92) * width)}" cy="${n(height * random.between(0.08, 0.25))}" r="${n(width * 0.06)}" fill="${hsl(48, 95, 68)}"/>`
    : ''
  return (
    gradient(hsl(hue, 65, random.between(58, 74)), hsl(hue + 10, 55, random.between(84, 93)), canvas) +
    sun +
    clouds.join('')
  )
}

function hills(random: Random, canvas: Canvas): string {
  const { width, height } = canvas
  const hue = random.between(60, 145)
  const ridges = random.times(3, index => {
    const y = height * (0.5 + index * 0.15)
    const swing = height * random.between(0.06, 0.14)
    return `<path d="M0 ${n(y)} Q${n(width * 0.25)} ${n(y - swing)} ${n(width * 0.5)} ${n(y)} T${width} ${n(y - swing * 0.4)} V${height} H0 Z" fill="${hsl(hue + index * 8, 38, 62 - index * 9)}"/>`
  })
  return sky(random, canvas) + ridges.join('')
}

function sea(random: Random, canvas: Canvas): string {
  const { width, height } = canvas
  const horizon = height * random.between(0.48, 0.66)
  const hue = random.between(180, 222)
  const waves = random.times(random.whole(8, 16), () => {
    const [x, y] = [random.between(-0.1, 1) * width, random.between(horizon + 8, height)]
    const length = width * random.between(0.03, 0.08)
    return `M${n(x)} ${n(y)} q${n(length / 2)} ${n(-length * 0.3)} ${n(length)} 0 q${n(length / 2)} ${n(length * 0.3)} ${n(length)} 0`
  })
  return `${sky(random, canvas)}<rect y="${n(horizon)}" width="${width}" height="${n(height - horizon)}" fill="${hsl(hue, 52, random.between(38, 55))}"/><path d="${waves.join(' ')}" fill="none" stroke="#ffffff" stroke-opacity="0.55" stroke-width="${n(width / 220)}"/>`
}

function night(random: Random, canvas: Canvas): string {
  const { width, height } = canvas
  const hue = random.between(215, 275)
  const stars = random.times(
    random.whole(25, 60),
    () =>
      `<circle cx="${n(random.between(0, width))}" cy="${n(random.between(0, height))}" r="${n(random.between(0.6, 2.4))}"/>`,
  )
  return `${gradient(hsl(hue, 45, 30), hsl(hue + 25, 45, 46), canvas)}<g fill="#fdf6d8">${stars.join('')}<circle cx="${n(width * random.between(0.1, 0.9))}" cy="${n(height * 0.14)}" r="${n(width * 0.05)}"/></g>`
}

function paper(random: Random, { width, height }: Canvas): string {
  const step = width * random.between(0.04, 0.08)
  const tone = hsl(random.between(30, 60), random.between(15, 45), random.between(88, 96))
  const mark = hsl(random.between(180, 230), 45, 72)
  const kind = random.pick(['lines', 'grid', 'dots', 'blank'] as const)
  const grid = {
    blank: '',
    lines: `<path d="M0 ${n(step)} H${n(step)}" stroke="${mark}" stroke-width="1.5"/>`,
    grid: `<path d="M0 0 H${n(step)} M0 0 V${n(step)}" stroke="${mark}" stroke-width="1.5"/>`,
    dots: `<circle cx="${n(step / 2)}" cy="${n(step / 2)}" r="${n(step * 0.09)}" fill="${mark}"/>`,
  }[kind]
  return `<defs><pattern id="grid" width="${n(step)}" height="${n(step)}" patternUnits="userSpaceOnUse">${grid}</pattern></defs><rect width="${width}" height="${height}" fill="${tone}"/><rect width="${width}" height="${height}" fill="url(#grid)"/>`
}

function bricks(random: Random, { width, height }: Canvas): string {
  const hue = random.between(0, 40)
  const [long, tall] = [width * random.between(0.1, 0.17), width * random.between(0.045, 0.07)]
  const rows = random.times(Math.ceil(height / tall), row =>
    random
      .times(Math.ceil(width / long) + 1, column => {
        const x = (column - (row % 2) / 2) * long
        return `<rect x="${n(x + 1.5)}" y="${n(row * tall + 1.5)}" width="${n(long - 3)}" height="${n(tall - 3)}" rx="2" fill="${hsl(hue + random.between(-6, 6), 34, random.between(48, 66))}"/>`
      })
      .join(''),
  )
  return `<rect width="${width}" height="${height}" fill="${hsl(hue + 20, 12, 80)}"/>${rows.join('')}`
}

function underwater(random: Random, canvas: Canvas): string {
  const { width, height } = canvas
  const hue = random.between(165, 215)
  const rays = random.times(random.whole(3, 6), () => {
    const x = random.between(-0.1, 1) * width
    return `<path d="M${n(x)} 0 l${n(width * 0.1)} 0 l${n(width * random.between(0.05, 0.25))} ${height} l${n(-width * 0.2)} 0 Z" fill="#ffffff" fill-opacity="0.09"/>`
  })
  const weeds = random.times(random.whole(4, 10), () => {
    const [x, reach] = [random.between(0, width), height * random.between(0.1, 0.32)]
    return `<path d="M${n(x)} ${height} q${n(-width * 0.03)} ${n(-reach / 2)} 0 ${n(-reach)} q${n(width * 0.03)} ${n(-reach * 0.2)} 0 ${n(-reach * 0.4)}" fill="none" stroke="${hsl(random.between(95, 160), 45, 36)}" stroke-width="${n(width * 0.014)}" stroke-linecap="round"/>`
  })
  return (
    gradient(hsl(hue, 60, random.between(60, 74)), hsl(hue + 14, 60, random.between(32, 42)), canvas) +
    rays.join('') +
    weeds.join('')
  )
}

function confetti(random: Random, { width, height }: Canvas): string {
  const hue = random.between(0, 360)
  const pieces = random.times(random.whole(25, 60), () => {
    const size = width * random.between(0.01, 0.05)
    return `<rect x="${n(random.between(0, width))}" y="${n(random.between(0, height))}" width="${n(size)}" height="${n(size * random.between(0.4, 1.4))}" rx="${n(size * random.pick([0, 0.2, 0.5]))}" fill="${hsl(hue + random.between(-80, 80), 50, random.between(55, 85))}"/>`
  })
  return `<rect width="${width}" height="${height}" fill="${hsl(hue, 30, 78)}"/>${pieces.join('')}`
}
