import { userError } from '../../base/HubError.ts'
import { withDuckdb } from '../../tables/duckdb.ts'
import { readParquet, sqlText } from '../../tables/sqlText.ts'

/**
 * The hash of the model whose embeddings a hub holds under an id; of several the one that ran last.
 * @throws HubError `no_embeddings`
 */
export async function embeddingsModelHash(files: readonly string[], modelId: string): Promise<string> {
  const rows =
    files.length === 0
      ? []
      : await withDuckdb({}, async connection => {
          const result = await connection.runAndReadAll(
            `SELECT arg_max(model_sha256, run_id) FROM ${readParquet(files)} WHERE model_id = ${sqlText(modelId)} HAVING count(*) > 0`,
          )
          return result.getRowsJS()
        })
  const [row] = rows
  if (row === undefined)
    throw userError(
      'no_embeddings',
      `the hub has no embeddings of model ${modelId}`,
      `make them with: imagehub featurize --hub HUB --model ${modelId}`,
    )
  return String(row[0])
}
