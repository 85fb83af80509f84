import type { Histogram } from '../ReportData.ts'
import { numberOf, numberOrNull, type ReportQuery, textOf } from './rows.ts'

const measures = [
  { key: 'bytes', scale: 'log', source: 'images' },
  { key: 'sharpness', scale: 'log', source: 'quality' },
  { key: 'brightness', scale: 'linear', source: 'quality' },
  { key: 'contrast', scale: 'linear', source: 'quality' },
  { key: 'entropy', scale: 'linear', source: 'quality' },
  { key: 'colorfulness', scale: 'linear', source: 'quality' },
] as const

const maximumBins = 28

/** Histograms by verdict, counted in the database; values outside of the middle 99 % are in the outermost bars. */
export async function collectHistograms(query: ReportQuery): Promise<Histogram[]> {
  const collected: Histogram[] = []
  for (const { key, scale, source } of measures) {
    const values =
      source === 'images' ? 'images AS i' : 'images AS i JOIN quality AS q ON q.image_id = i.image_id'
    const column = source === 'images' ? `i.${key}` : `q.${key}`
    // Logarithms only of what has one: an empty file, or a picture without any edge, stays out.
    const x = scale === 'log' ? `log10(CASE WHEN ${column} > 0 THEN ${column} END)` : column
    const [range = {}] = await query(
      `SELECT quantile_cont(${x}, 0.005) AS low, quantile_cont(${x}, 0.995) AS high FROM ${values}`,
    )
    const low = numberOrNull(range, 'low')
    const high = numberOrNull(range, 'high')
    if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) continue
    const bins = binning(low, high, scale)
    const rows = await query(
      `SELECT verdict, CAST(least(greatest(floor((${x} - $start) / $step), 0), $bins - 1) AS INTEGER) AS bin, count(*) AS n
       FROM ${values} WHERE ${x} IS NOT NULL GROUP BY verdict, bin ORDER BY bin, verdict`,
      { start: bins.start, step: bins.step, bins: bins.count },
    )
    const edge = (index: number) => {
      const place = bins.start + index * bins.step
      return scale === 'log' ? 10 ** place : Number(place.toPrecision(12))
    }
    collected.push({
      key,
      scale,
      bins: rows.map(row => ({
        from: edge(numberOf(row, 'bin')),
        to: edge(numberOf(row, 'bin') + 1),
        verdict: textOf(row, 'verdict'),
        count: numberOf(row, 'n'),
      })),
    })
  }
  return collected
}

interface Binning {
  readonly start: number
  readonly step: number
  readonly count: number
}

/** Bins of a round width that cover low to high. */
function binning(low: number, high: number, scale: Histogram['scale']): Binning {
  for (const step of roundSteps(high - low, scale)) {
    const start = Math.floor(low / step) * step
    const count = Math.floor((high - start) / step) + 1
    if (count <= maximumBins) return { start, step, count }
  }
  return { start: low, step: Math.max(high - low, 1), count: 1 }
}

/** Rising widths: fractions of a decade on a logarithmic scale, else 1, 2 or 5 times a power of ten. */
function roundSteps(span: number, scale: Histogram['scale']): number[] {
  if (scale === 'log') return [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1]
  const power = 10 ** Math.floor(Math.log10(Math.max(span, 1e-9) / maximumBins))
  return [1, 2, 5, 10, 20].map(factor => factor * power)
}
