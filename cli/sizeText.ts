import { formatBytes } from '../report/format.ts'

/** Bytes for people, as in the report: 105.4 MB. */
export function sizeText(bytes: number): string {
  // A terminal's line may break anywhere.
  return formatBytes(bytes).replace(/\s/, ' ')
}
