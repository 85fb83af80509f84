import { userError } from '../../base/HubError.ts'
import type { Hub } from '../../catalog/Hub.ts'
import type { Snapshot } from '../../catalog/Snapshot.ts'
import type { Row } from '../../tables/defineTable.ts'
import { withDuckdb } from '../../tables/duckdb.ts'
import { heads } from '../../tables/heads.ts'
import { columnList } from '../../tables/ParquetWriter.ts'
import { readParquet } from '../../tables/sqlText.ts'
import { streamRows } from '../../tables/streamRows.ts'

export type HeadRow = Row<typeof heads>

/**
 * A head by name (the newest of that name) or by id.
 * @throws HubError `unknown_head` with the names there are
 */
export async function findHead(hub: Hub, snapshot: Snapshot | null, head: string): Promise<HeadRow> {
  const { heads: files } = await hub.localFiles(snapshot, ['heads'])
  const rows =
    files.length === 0
      ? []
      : await withDuckdb({}, async connection => {
          const sql = `SELECT ${columnList(heads.columns)} FROM ${readParquet(files)} ORDER BY trained_at DESC, head_id DESC`
          return (await Array.fromAsync(streamRows(connection, sql, heads.columns))).flat()
        })
  const found = rows.find(({ head_id, name }) => head_id === head || name === head)
  if (found !== undefined) return found
  const names = [...new Set(rows.map(({ name }) => name))]
  throw userError(
    'unknown_head',
    `the hub has no head ${head}`,
    names.length === 0
      ? 'train one with: imagehub train --hub HUB --model ID --name NAME'
      : `its heads are ${names.join(', ')}`,
  )
}
