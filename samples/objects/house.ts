import { n, type Pen } from '../Pen.ts'

/** A house: walls, a roof in one of three forms, a door, windows, perhaps a chimney with smoke. */
export function house({ random, colours, shape, circle, line }: Pen): string {
  const [walls, roof, door, light] = colours
  const half = random.between(52, 82)
  const eaves = random.between(-28, 6)
  const ridge = eaves - random.between(34, 62)
  const ground = random.between(68, 88)
  const over = random.between(6, 16)
  const parts: string[] = []
  if (random.chance(0.7)) {
    const x = random.pick([-1, 1]) * half * random.between(0.4, 0.62)
    parts.push(shape(rectangle(x - 8, ridge - 2, 16, eaves - ridge), roof))
    if (random.chance(0.6))
      parts.push(
        line(`M${n(x)} ${n(ridge - 6)} q-14 -12 2 -20 q16 -10 2 -22`, '#f2efe9', random.between(5, 8)),
      )
  }
  parts.push(shape(rectangle(-half, eaves, half * 2, ground - eaves), walls))
  const flatTop = half * random.between(0.3, 0.6)
  parts.push(
    shape(
      random.pick([
        `M${n(-half - over)} ${n(eaves)} L0 ${n(ridge)} L${n(half + over)} ${n(eaves)} Z`,
        `M${n(-half - over)} ${n(eaves)} L${n(-flatTop)} ${n(ridge)} L${n(flatTop)} ${n(ridge)} L${n(half + over)} ${n(eaves)} Z`,
        `M${n(-half - over)} ${n(eaves)} L${n(-half * 0.7)} ${n((eaves + ridge) / 2 - 8)} L0 ${n(ridge)} L${n(half * 0.7)} ${n((eaves + ridge) / 2 - 8)} L${n(half + over)} ${n(eaves)} Z`,
      ]),
      roof,
    ),
  )
  if (random.chance(0.5)) parts.push(circle(0, (eaves + ridge) / 2 + 8, 9, light))
  const doorX = half * random.between(-0.45, 0.35)
  const doorTop = ground - random.between(38, 50)
  const doorWidth = random.between(20, 28)
  parts.push(
    shape(
      random.chance(0.4)
        ? `M${n(doorX)} ${n(ground)} V${n(doorTop + 10)} q${n(doorWidth / 2)} -18 ${n(doorWidth)} 0 V${n(ground)} Z`
        : rectangle(doorX, doorTop, doorWidth, ground - doorTop),
      door,
    ),
    circle(doorX + doorWidth - 5, (doorTop + ground) / 2 + 4, 2, light),
  )
  const size = random.between(17, 25)
  const sides = [-half + 8, half - 8 - size].filter(x => x + size < doorX - 2 || x > doorX + doorWidth + 2)
  const rows = eaves < -12 ? [eaves + 12, eaves + 12 + size * 1.6] : [eaves + 14]
  for (const y of rows)
    for (const x of sides) parts.push(shape(rectangle(x, y, size, size), light), cross(x, y, size))
  if (random.chance(0.4))
    parts.push(
      ...random.times(9, index => line(`M${n(-96 + index * 24)} ${n(ground)} v-18`, '#efe6d6', 5)),
      line(`M-98 ${n(ground - 10)} H98`, '#efe6d6', 4),
    )
  return parts.join('')

  function cross(x: number, y: number, side: number): string {
    return line(
      `M${n(x + side / 2)} ${n(y)} v${n(side)} M${n(x)} ${n(y + side / 2)} h${n(side)}`,
      '#4a3f3a',
      1.8,
    )
  }
}

function rectangle(x: number, y: number, width: number, height: number): string {
  return `M${n(x)} ${n(y)} h${n(width)} v${n(height)} h${n(-width)} Z`
}
