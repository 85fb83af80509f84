import {
  DuckDBDecimalValue,
  DuckDBTimestampTZValue,
  DuckDBTypeId,
  type DuckDBValueConverter,
  JsonDuckDBValueConverter,
} from '@duckdb/node-api'
import type { CellValue } from './Catalog.ts'

/**
 * A DuckDB value as a plain one. Integers wider than 32 bits and decimals become numbers where that loses nothing of an
 * integer, else text. TIMESTAMPTZ is `2026-01-31T12:00:00.123456Z`, a TIMESTAMP the same without the Z, a fraction only
 * where there is one; NaN and the infinities stay numbers; a BLOB is text with `\xNN` escapes.
 */
export const cellValue: DuckDBValueConverter<CellValue> = (value, type, converter) => {
  if (value === null) return null
  switch (type.typeId) {
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
      return value as number
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
    case DuckDBTypeId.BIGNUM:
      return numberWhereSafe(value as bigint)
    case DuckDBTypeId.DECIMAL:
      return value instanceof DuckDBDecimalValue ? value.toDouble() : String(value)
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_S:
    case DuckDBTypeId.TIMESTAMP_MS:
    case DuckDBTypeId.TIMESTAMP_NS:
      return isoText(String(value))
    case DuckDBTypeId.TIMESTAMP_TZ:
      return value instanceof DuckDBTimestampTZValue ? isoInstant(value) : String(value)
    case DuckDBTypeId.INTERVAL:
      return String(value)
    default:
      // Lists, structs and maps come back here for their elements.
      return JsonDuckDBValueConverter(
        value,
        type,
        converter as unknown as Parameters<typeof JsonDuckDBValueConverter>[2],
      ) as CellValue
  }
}

function numberWhereSafe(value: bigint): number | string {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}

/** `2026-01-31 12:00:00.5` as `2026-01-31T12:00:00.5`; `infinity` and years before 1 stay as DuckDB writes them. */
function isoText(text: string): string {
  return text.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)$/, '$1T$2')
}

function isoInstant(instant: DuckDBTimestampTZValue): string {
  const { micros } = instant
  const milliseconds = Number(micros / 1000n) - (micros % 1000n < 0n ? 1 : 0)
  // Date covers ±8.64e15 ms; DuckDB's instants go further.
  if (!instant.isFinite || Math.abs(milliseconds) > 8.64e15) return String(instant)
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n
  const seconds = new Date(milliseconds).toISOString().slice(0, -'.000Z'.length)
  return fraction === 0n ? `${seconds}Z` : `${seconds}.${String(fraction).padStart(6, '0')}Z`
}
