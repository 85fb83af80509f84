import type { Estimate } from './ReportData.ts'

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

/** `12,345` */
export function formatCount(count: number): string {
  return whole.format(count)
}

/** `1 image`, `12,345 images` */
export function formatCountOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`
}

/** Keeps a number and its unit on one line. */
const nbsp = '\u00a0'

/** A fraction as `91.5 %`; small shares keep a digit that is not zero, and nothing short of all reads as 100 %. */
export function formatPercent(fraction: number): string {
  const percent = fraction * 100
  if (percent > 0 && percent < 0.05) return `<${nbsp}0.1${nbsp}%`
  if (percent > 99.95 && percent < 100) return `>${nbsp}99.9${nbsp}%`
  return `${percent.toFixed(Number.isInteger(percent) ? 0 : 1)}${nbsp}%`
}

/** Three significant digits without an exponent: `0.0123`, `4.56`, `1,230`. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–'
  return new Intl.NumberFormat('en', { maximumSignificantDigits: 3 }).format(value)
}

/** An estimate as a share with its interval: `91.5 % (84.4 to 96.1)`. */
export function formatEstimate({ value, low, high }: Estimate): string {
  if (low === null || high === null) return formatPercent(value)
  return `${formatPercent(value)} (${(low * 100).toFixed(1)} to ${(high * 100).toFixed(1)})`
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** Decimal units: `1.23 MB`. */
export function formatBytes(bytes: number): string {
  let size = bytes
  let unit = 0
  while (size >= 999.5 && unit < byteUnits.length - 1) {
    size /= 1000
    unit++
  }
  return `${unit === 0 ? formatCount(size) : formatNumber(size)}${nbsp}${byteUnits[unit]}`
}

/** `0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min` */
export function formatDuration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)}${nbsp}s`
  const rounded = Math.round(seconds)
  if (rounded < 60) return `${rounded}${nbsp}s`
  const minutes = Math.floor(rounded / 60)
  if (minutes < 60) return `${minutes}${nbsp}min ${String(rounded % 60).padStart(2, '0')}${nbsp}s`
  return `${Math.floor(minutes / 60)}${nbsp}h ${String(minutes % 60).padStart(2, '0')}${nbsp}min`
}

/** An ISO 8601 instant as `2026-11-21 10:15 UTC`; what is no instant stays as it is. */
export function formatInstant(iso: string): string {
  const time = Date.parse(iso)
  if (Number.isNaN(time)) return iso
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** The last part of an origin, percent-decoded: what a person calls the file. */
export function fileName(origin: string): string {
  const last = origin.replace(/\/+$/, '').split('/').pop() ?? origin
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(origin)) return last
  try {
    return decodeURIComponent(last)
  } catch {
    return last
  }
}
