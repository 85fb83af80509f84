import { hsl, n, type Pen } from '../Pen.ts'

/** A tree: a fir, a broad crown with or without fruit, a palm, or bare branches. */
export function tree(pen: Pen): string {
  const { random, shape } = pen
  const bark = hsl(random.between(18, 38), random.between(25, 50), random.between(24, 40))
  const leaf = random.chance(0.65)
    ? hsl(random.between(75, 155), random.between(30, 65), random.between(28, 48))
    : hsl(random.between(8, 55), random.between(60, 85), random.between(42, 55)) // autumn, or blossom
  const width = random.between(8, 15)
  const foot = random.between(86, 97)
  const trunk = (top: number) =>
    shape(
      `M${n(-width)} ${n(foot)} Q${n(-width * 0.6)} ${n(foot - 30)} ${n(-width * 0.5)} ${n(top)} L${n(width * 0.5)} ${n(top)} Q${n(width * 0.6)} ${n(foot - 30)} ${n(width)} ${n(foot)} Z`,
      bark,
    )
  return random.pick([fir, broad, broad, palm, bare])(pen, { bark, leaf, foot, trunk })
}

interface Parts {
  readonly bark: string
  readonly leaf: string
  readonly foot: number
  readonly trunk: (top: number) => string
}

function fir({ random, shape, circle, colours }: Pen, { leaf, trunk }: Parts): string {
  const tiers = random.whole(3, 5)
  const base = random.between(52, 70)
  const height = (base + 96) / tiers
  const layers = random.times(tiers, index => {
    const bottom = base - index * height * 0.92
    const half = (random.between(60, 72) * (tiers - index * 0.72)) / tiers
    return shape(
      `M${n(-half)} ${n(bottom)} Q0 ${n(bottom + 12)} ${n(half)} ${n(bottom)} L0 ${n(bottom - height * 1.45)} Z`,
      leaf,
    )
  })
  const balls = random.chance(0.3)
    ? random.times(8, () => circle(random.between(-26, 26), random.between(-40, base - 8), 4.5, colours[2]))
    : []
  return [trunk(base - 6), ...layers, ...balls].join('')
}

function broad({ random, circle, colours }: Pen, { leaf, trunk }: Parts): string {
  const radius = random.between(26, 36)
  const middle = -random.between(28, 42)
  const crown = random.times(random.whole(6, 9), index => {
    const angle = index * 0.9 + random.between(-0.3, 0.3)
    return circle(
      Math.cos(angle) * radius * 1.05,
      middle + Math.sin(angle) * radius * 0.8,
      radius * random.between(0.7, 1),
      leaf,
    )
  })
  const fruit = random.chance(0.45)
    ? random.times(random.whole(6, 12), () =>
        circle(random.between(-46, 46), middle + random.between(-34, 34), random.between(4, 6), colours[2]),
      )
    : []
  return [trunk(-10), ...crown, circle(0, middle, radius, leaf), ...fruit].join('')
}

function palm({ random, shape, circle, line }: Pen, { bark, leaf, foot }: Parts): string {
  const lean = random.between(-28, 28)
  const stem = line(`M0 ${n(foot)} Q${n(-lean * 0.4)} 20 ${n(lean)} -46`, bark, random.between(9, 14))
  const fronds = random.times(random.whole(6, 8), index => {
    const angle = Math.PI * (1.08 + index * 0.16) + random.between(-0.08, 0.08)
    const reach = random.between(56, 74)
    const [x, y] = [lean + Math.cos(angle) * reach, -46 + Math.sin(angle) * reach * 0.7 + 26]
    const [bendX, bendY] = [lean + Math.cos(angle) * reach * 0.55, -46 + Math.sin(angle) * reach * 0.9]
    return shape(
      `M${n(lean)} -46 Q${n(bendX)} ${n(bendY - 9)} ${n(x)} ${n(y)} Q${n(bendX)} ${n(bendY + 11)} ${n(lean)} -46 Z`,
      leaf,
    )
  })
  const nuts = random.times(random.whole(0, 3), index => circle(lean - 8 + index * 8, -40, 6, '#6d4b2c'))
  return [stem, ...fronds, ...nuts].join('')
}

function bare({ random, circle, line }: Pen, { bark, leaf, trunk }: Parts): string {
  const branches: string[] = []
  const grow = (x: number, y: number, angle: number, length: number, width: number) => {
    const [endX, endY] = [x + Math.cos(angle) * length, y + Math.sin(angle) * length]
    branches.push(line(`M${n(x)} ${n(y)} L${n(endX)} ${n(endY)}`, bark, width))
    if (length < 13) {
      if (random.chance(0.55)) branches.push(circle(endX, endY, random.between(3, 6), leaf))
      return
    }
    const spread = random.between(0.32, 0.6)
    for (const side of [-1, 1])
      grow(
        endX,
        endY,
        angle + side * spread + random.between(-0.12, 0.12),
        length * random.between(0.64, 0.78),
        width * 0.68,
      )
  }
  grow(0, 24, -Math.PI / 2, random.between(36, 44), random.between(10, 14))
  return [trunk(20), ...branches].join('')
}
