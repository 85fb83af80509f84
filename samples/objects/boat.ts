import { n, type Pen } from '../Pen.ts'

/** A sailing boat: a hull, a mast, one or two sails, perhaps a flag, stripes and portholes. */
export function boat({ random, colours, shape, circle, line }: Pen): string {
  const [hull, trim, flag, sail] = colours
  const bow = random.between(72, 96)
  const stern = -random.between(60, 92)
  const deck = random.between(34, 48)
  const keel = deck + random.between(26, 42)
  const mast = random.between(-22, 14)
  const top = -random.between(78, 98)
  const belly = random.between(6, 26)
  const boom = deck - random.between(8, 14)
  const mainEnd = Math.max(stern + 6, mast - random.between(48, 70))
  const jibEnd = Math.min(bow - 4, mast + random.between(40, 66))
  const parts = [line(`M${n(mast)} ${n(deck)} L${n(mast)} ${n(top)}`, '#6b4a2f', random.between(3, 5))]
  const main = `M${n(mast - 3)} ${n(top + 4)} Q${n(mainEnd + belly)} ${n((top + boom) / 2)} ${n(mainEnd)} ${n(boom)} L${n(mast - 3)} ${n(boom)} Z`
  parts.push(shape(main, random.chance(0.6) ? sail : trim))
  if (random.chance(0.75))
    parts.push(
      shape(
        `M${n(mast + 4)} ${n(top + random.between(8, 30))} Q${n(jibEnd - belly / 2)} ${n(boom - 40)} ${n(jibEnd)} ${n(boom)} L${n(mast + 4)} ${n(boom)} Z`,
        random.chance(0.5) ? sail : trim,
      ),
    )
  if (random.chance(0.4))
    for (const step of [0.45, 0.7]) {
      const y = top + (boom - top) * step
      parts.push(
        line(`M${n(mast - 4)} ${n(y)} L${n(mast - (mast - mainEnd) * step * 0.72)} ${n(y)}`, hull, 5),
      )
    }
  if (random.chance(0.6))
    parts.push(shape(`M${n(mast)} ${n(top)} l${n(random.between(16, 26))} 5 l-20 7 Z`, flag))
  parts.push(
    shape(
      `M${n(stern)} ${n(deck)} L${n(bow)} ${n(deck - random.between(0, 10))} Q${n(bow - 22)} ${n(keel)} ${n(bow - 44)} ${n(keel)} L${n(stern + 24)} ${n(keel)} Q${n(stern + 4)} ${n(keel - 6)} ${n(stern)} ${n(deck)} Z`,
      hull,
    ),
  )
  if (random.chance(0.5))
    parts.push(...random.times(random.whole(2, 4), index => circle(-34 + index * 22, deck + 13, 4.5, sail)))
  else
    parts.push(
      line(`M${n(stern + 8)} ${n(deck + 10)} L${n(bow - 12)} ${n(deck + 7)}`, trim, random.between(3, 6)),
    )
  parts.push(
    ...random.times(random.whole(2, 4), index => {
      const x = -95 + index * 52 + random.between(-8, 8)
      return line(`M${n(x)} ${n(keel + 4)} q10 -9 20 0 q10 9 20 0`, '#e8f4fb', 3.5)
    }),
  )
  return parts.join('')
}
