import { reportMark } from '../../engines/spark/worker/ErrorReport.ts'

/** A line of a driver's log for people: an error without its stack. */
export function logLineText(line: string): string {
  const at = line.indexOf(reportMark)
  if (at < 0) return line
  try {
    const { code, message } = JSON.parse(line.slice(at + reportMark.length)) as Record<string, unknown>
    return `${line.slice(0, at)}${code}: ${message}`
  } catch {
    // Cut, as long lines are.
    return line
  }
}
