import { n, type Pen } from '../Pen.ts'

/** A bicycle: a diamond or step-through frame, or a high wheel; perhaps a basket or mudguards. */
export function bicycle(pen: Pen): string {
  const { random, colours, line, shape } = pen
  const [frame, trim, accent] = colours
  const tyre = random.pick(['#26242b', '#3b3530', '#5a4a3c'] as const)
  const tube = random.between(4.5, 7)
  if (random.chance(0.15)) return highWheel(pen, { frame, tyre, tube })
  const radius = random.between(32, 40)
  const axle = 92 - radius
  const [rear, front] = [-96 + radius, 96 - radius]
  const crank = { x: random.between(-14, -4), y: axle + random.between(-2, 6) }
  const seat = { x: crank.x - random.between(10, 16), y: axle - random.between(52, 62) }
  const head = { x: front - random.between(14, 20), y: axle - random.between(52, 60) }
  const low = random.chance(0.35) // step-through
  const parts = [wheel(pen, rear, axle, radius, tyre), wheel(pen, front, axle, radius, tyre)]
  if (random.chance(0.4))
    for (const x of [rear, front])
      parts.push(
        line(
          `M${n(x - radius * 0.98)} ${n(axle - radius * 0.42)} A${n(radius * 1.07)} ${n(radius * 1.07)} 0 0 1 ${n(x + radius * 0.6)} ${n(axle - radius * 0.88)}`,
          trim,
          4,
        ),
      )
  parts.push(
    line(
      `M${n(rear)} ${n(axle)} L${n(crank.x)} ${n(crank.y)} L${n(seat.x + 3)} ${n(seat.y + 12)} Z`,
      frame,
      tube,
    ),
    line(`M${n(crank.x)} ${n(crank.y)} L${n(head.x)} ${n(head.y + 14)}`, frame, tube),
    line(
      low
        ? `M${n(seat.x + 8)} ${n(axle - 22)} Q${n((seat.x + head.x) / 2)} ${n(axle - 18)} ${n(head.x)} ${n(head.y + 4)}`
        : `M${n(seat.x + 3)} ${n(seat.y + 12)} L${n(head.x)} ${n(head.y + 4)}`,
      frame,
      tube,
    ),
    line(`M${n(head.x - 3)} ${n(head.y - 12)} L${n(front)} ${n(axle)}`, frame, tube),
    line(`M${n(crank.x)} ${n(crank.y)} L${n(seat.x)} ${n(seat.y)}`, frame, tube * 0.8),
    shape(`M${n(seat.x - 17)} ${n(seat.y - 4)} q16 -8 34 1 q-8 8 -17 7 q-10 0 -17 -8 Z`, tyre),
    random.chance(0.5)
      ? line(`M${n(head.x - 3)} ${n(head.y - 12)} q10 -10 20 -5 q10 7 -1 17 q-5 2 -8 -1`, tyre, 4.5)
      : line(`M${n(head.x - 18)} ${n(head.y - 14)} q12 4 15 2 q8 -4 12 -16`, tyre, 4.5),
    `<circle cx="${n(crank.x)}" cy="${n(crank.y)}" r="9" fill="none" stroke="${accent}" stroke-width="4"/>`,
    line(
      `M${n(crank.x - 9)} ${n(crank.y - 13)} L${n(crank.x + 9)} ${n(crank.y + 13)} M${n(crank.x - 14)} ${n(crank.y - 13)} h10 M${n(crank.x + 4)} ${n(crank.y + 13)} h10`,
      '#3a3840',
      3.5,
    ),
  )
  if (random.chance(0.35))
    parts.push(
      shape(`M${n(head.x + 8)} ${n(head.y - 8)} h32 l-5 26 h-23 Z`, accent),
      line(`M${n(head.x + 10)} ${n(head.y)} h28 M${n(head.x + 12)} ${n(head.y + 9)} h24`, '#6d5535', 1.8),
    )
  return parts.join('')
}

function wheel({ random, line }: Pen, x: number, y: number, radius: number, tyre: string): string {
  const turn = random.between(0, 1)
  const spokes = random.whole(4, 8)
  const ends = random.times(spokes, index => {
    const angle = turn + (index * Math.PI) / spokes
    const [dx, dy] = [Math.cos(angle) * radius, Math.sin(angle) * radius]
    return `M${n(x - dx)} ${n(y - dy)} L${n(x + dx)} ${n(y + dy)}`
  })
  return [
    line(ends.join(' '), '#b9b7bf', 1.3),
    `<circle cx="${n(x)}" cy="${n(y)}" r="${n(radius)}" fill="none" stroke="${tyre}" stroke-width="${n(random.between(4.5, 7.5))}"/>`,
    `<circle cx="${n(x)}" cy="${n(y)}" r="4" fill="${tyre}"/>`,
  ].join('')
}

function highWheel(pen: Pen, { frame, tyre, tube }: { frame: string; tyre: string; tube: number }): string {
  const { line, shape } = pen
  return [
    wheel(pen, 22, 30, 62, tyre),
    wheel(pen, -72, 72, 20, tyre),
    line('M-72 72 Q-66 -10 0 -40 L18 -48', frame, tube),
    line('M22 30 L16 -58', frame, tube),
    line('M6 -64 q12 4 22 -2', tyre, 5),
    shape('M-22 -40 q14 -10 28 -4 q-8 10 -24 10 Z', tyre),
    line('M12 22 L32 38 M6 22 h10 M28 38 h10', '#3a3840', 3.5),
  ].join('')
}
