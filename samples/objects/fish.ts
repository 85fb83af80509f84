import { n, type Pen } from '../Pen.ts'

/** A fish: a body, a tail in one of three forms, fins, an eye, and stripes, spots or scales. */
export function fish({ random, colours, shape, circle, line }: Pen): string {
  const [body, fins, marks, pale] = colours
  const nose = random.between(74, 90)
  const tail = -random.between(42, 56)
  const height = random.between(26, 56)
  const sag = random.between(0.75, 1.1)
  const spread = random.between(26, 46)
  const parts = [
    shape(
      random.pick([
        `M${n(tail + 8)} 0 L-94 ${n(-spread)} Q-76 0 -94 ${n(spread)} Z`,
        `M${n(tail + 8)} 0 Q-80 ${n(-spread * 1.3)} -96 ${n(-spread * 0.5)} Q-86 0 -96 ${n(spread * 0.5)} Q-80 ${n(spread * 1.3)} ${n(tail + 8)} 0 Z`,
        `M${n(tail + 10)} -5 L-96 ${n(-spread * 1.1)} L-70 0 L-96 ${n(spread * 1.1)} L${n(tail + 10)} 5 Z`,
      ]),
      fins,
    ),
    shape(
      `M${n(random.between(-26, -6))} ${n(-height * 0.75)} Q${n(random.between(0, 16))} ${n(-height - random.between(18, 38))} ${n(random.between(26, 40))} ${n(-height * 0.62)} Z`,
      fins,
    ),
    shape(
      `M${n(tail)} 0 C${n(tail + 30)} ${n(-height * 1.15)} ${n(nose - 40)} ${n(-height * 1.25)} ${n(nose)} 0 C${n(nose - 40)} ${n(height * sag * 1.25)} ${n(tail + 30)} ${n(height * sag * 1.15)} ${n(tail)} 0 Z`,
      body,
    ),
  ]
  const marking = random.pick(['stripes', 'spots', 'scales', 'band', 'plain'] as const)
  if (marking === 'stripes')
    parts.push(
      ...random.times(random.whole(2, 4), index => {
        const x = -18 + index * 19
        const reach = height * 0.62
        return line(
          `M${n(x)} ${n(-reach)} Q${n(x + 8)} 0 ${n(x)} ${n(reach * sag)}`,
          marks,
          random.between(5, 9),
        )
      }),
    )
  if (marking === 'spots')
    parts.push(
      ...random.times(random.whole(6, 12), () =>
        circle(random.between(-26, 34), random.between(-0.5, 0.5) * height, random.between(2.5, 6), marks),
      ),
    )
  if (marking === 'scales')
    for (const row of [-1, 0, 1])
      parts.push(
        ...random.times(5, index =>
          line(`M${n(-24 + index * 13)} ${n(row * height * 0.34 - 6)} q8 6 0 12`, marks, 2.4),
        ),
      )
  if (marking === 'band')
    parts.push(line(`M${n(tail + 12)} 2 Q10 -8 ${n(nose - 22)} -2`, marks, random.between(5, 10)))
  const eyeX = nose - random.between(20, 27)
  parts.push(
    shape(
      `M8 ${n(height * 0.2)} Q-8 ${n(height * 0.62)} -22 ${n(height * 0.5)} Q-6 ${n(height * 0.3)} 8 ${n(height * 0.2)} Z`,
      fins,
    ),
    circle(eyeX, -height * 0.22, random.between(6, 9), pale),
    `<circle cx="${n(eyeX + 1.5)}" cy="${n(-height * 0.22)}" r="3.4" fill="#1c1b22"/>`,
    line(`M${n(nose - 4)} 5 q-9 6 -15 2`, '#2b2a33', 2.2),
    line(`M${n(eyeX - 14)} ${n(-height * 0.4)} q9 ${n(height * 0.4)} 0 ${n(height * 0.8)}`, marks, 2.2),
  )
  if (random.chance(0.5))
    parts.push(
      ...random.times(
        3,
        index =>
          `<circle cx="${n(nose + 8 + index * 3)}" cy="${n(-22 - index * 20)}" r="${n(3 + index * 1.8)}" fill="none" stroke="#f4fbff" stroke-width="2"/>`,
      ),
    )
  return parts.join('')
}
