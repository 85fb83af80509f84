import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { copyToParquet } from '../tables/ParquetWriter.ts'
import { type TableName, tables } from '../tables/tables.ts'

export const sizes = {
  annotations: 5_600_000,
  classes: 20_000,
  images: 1_740_000,
  embeddings: 40_000,
  dimensions: 1280,
  runs: 8,
} as const

type Files = Partial<Record<TableName, readonly string[]>>

/**
 * Makes (once) a catalog of the size of Open Images' image-level labels, written as the product writes its tables. All of
 * it follows from row numbers by hashing, so it is the same everywhere. Class frequencies fall off as in Open Images (the
 * most frequent class has some 2 % of the annotations), 15 % of the classes have two parents, one image in 200 is a copy.
 */
export async function catalogData(folder: string): Promise<Files> {
  const done = join(folder, 'catalog')
  if (!(await exists(done))) {
    const partial = `${done}.partial`
    await rm(partial, { recursive: true, force: true })
    await mkdir(partial, { recursive: true })
    await generate(partial)
    await rename(partial, done)
  }
  const paths = (await readdir(done)).sort().map(file => join(done, file))
  return Object.groupBy(paths, path => tableOf(path))
}

function tableOf(path: string): TableName {
  return basename(path).replace(/(-\d+)?\.parquet$/, '') as TableName
}

async function exists(folder: string): Promise<boolean> {
  return await readdir(folder).then(
    () => true,
    () => false,
  )
}

async function generate(folder: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: '4GB',
    temp_directory: `${folder}.spill`,
  })
  const connection = await instance.connect()
  const write = async (name: TableName, sql: string, part = '') => {
    const { columns } = tables[name]
    await copyToParquet({ connection, sql, columns, path: join(folder, `${name}${part}.parquet`) })
  }
  await connection.run(`
    SET TimeZone = 'UTC';
    -- Uniform in [0, 1), by row and purpose; hashed twice, since the hashes of one row for two purposes differ by an XOR alone.
    CREATE MACRO u(i, purpose) AS (hash(hash(i::BIGINT, purpose)) >> 11) / 9007199254740992.0;
    CREATE MACRO image(i) AS format('{:016x}', hash(i::BIGINT, 'image'));
    CREATE MACRO class(i) AS format('/m/{:05x}', i::BIGINT);
    CREATE TABLE annotations AS
      SELECT row_number() OVER () AS i, * FROM (
        SELECT DISTINCT
          image(floor(u(range, 'image') * ${sizes.images})) AS image_id,
          class(floor(u(range, 'label') ** 4 * ${sizes.classes})) AS label,
          CASE WHEN u(range, 'source') < 0.45 THEN 'verification' WHEN u(range, 'source') < 0.6 THEN 'crowdsource-verification' ELSE 'machine' END AS source
        FROM range(${Math.round(sizes.annotations * 1.1)})
      ) LIMIT ${sizes.annotations}`)
  for (let run = 0; run < sizes.runs; run++)
    await write(
      'annotations',
      `SELECT image_id, label, source,
         CASE WHEN source = 'machine' THEN round(0.5 + u(i, 'confidence') / 2.02, 1) WHEN u(i, 'confidence') < 0.6 THEN 1.0 ELSE 0.0 END::DOUBLE AS confidence,
         'run-${run}' AS run_id
       FROM annotations WHERE i % ${sizes.runs} = ${run} ORDER BY label, image_id`,
      `-${run}`,
    )
  await write(
    'classes',
    `SELECT class(range) AS label, 'Class ' || range AS display_name, 'run-0' AS run_id FROM range(${sizes.classes})`,
  )
  await write(
    'class_edges',
    `SELECT DISTINCT class(floor(child * u(child * 2 + nth, 'parent') ** 2 * 0.6)) AS parent, class(child) AS child, 'subcategory' AS relation, 'run-0' AS run_id
     FROM (SELECT range AS child FROM range(1, ${sizes.classes})), (SELECT range AS nth FROM range(2))
     WHERE nth = 0 OR u(child, 'second') < 0.15`,
  )
  await write(
    'images',
    `SELECT
       image(i) AS image_id, sha256(image(i)) AS sha256, 's3://photos/' || image(range) || '.jpg' AS origin,
       (2 ** (12 + 10 * u(i, 'bytes')))::BIGINT AS bytes, 'jpeg' AS format, (300 + 900 * u(i, 'height'))::INTEGER AS height,
       1024::INTEGER AS width, 3::INTEGER AS n_channels, 'RGB' AS mode, NULL::INTEGER AS exif_orientation, NULL::TIMESTAMPTZ AS captured_at,
       NULL::DOUBLE AS latitude, NULL::DOUBLE AS longitude, 'supplier-' || floor(80 * u(range, 'supplier'))::INTEGER AS supplier_id,
       NULL::VARCHAR AS submission_id, CASE WHEN u(i, 'verdict') < 0.9 THEN 'accepted' WHEN u(i, 'verdict') < 0.97 THEN 'rejected' ELSE 'quarantined' END AS verdict,
       CASE WHEN u(i, 'verdict') < 0.9 THEN [] WHEN u(i, 'verdict') < 0.97 THEN ['truncated'] ELSE ['blurred', 'dark'] END AS reasons,
       NULL::VARCHAR AS detail, '1' AS rules_version, 'run-0' AS run_id,
       TIMESTAMPTZ '2026-01-01 00:00:00Z' + to_seconds((range * 3)::BIGINT) AS ingested_at
     FROM (SELECT range, CASE WHEN range % 200 = 199 THEN range - 1 ELSE range END AS i FROM range(${sizes.images}))`,
  )
  await write(
    'embeddings',
    `SELECT image(range) AS image_id, 'inception' AS model_id, repeat('a', 64) AS model_sha256, sha256(image(range)) AS image_sha256,
       list_transform(range(${sizes.dimensions}), lambda k: u(range * ${sizes.dimensions} + k, 'value')::FLOAT) AS embedding, 'run-0' AS run_id
     FROM range(${sizes.embeddings})`,
  )
  const labels = `(SELECT list(class(range)) FROM range(50))`
  await write(
    'heads',
    `SELECT 'flora@run-' || range AS head_id, 'flora' AS name, 'inception' AS model_id, repeat('a', 64) AS model_sha256, 'multinomial' AS kind,
       ${labels} AS labels, 0.05 AS reg_param, 0.0 AS elastic_net_param, 1::BIGINT AS seed, 32000::BIGINT AS n_train, 8000::BIGINT AS n_test,
       0.5 AS objective, 0.9 AS accuracy, '{}' AS metrics, 'heads/flora' AS folder, 'run-' || range AS run_id,
       TIMESTAMPTZ '2026-01-01 00:00:00Z' + to_days(range::INTEGER) AS trained_at
     FROM range(2)`,
  )
  await write(
    'splits',
    `SELECT 'flora@run-1' AS head_id, image(range) AS image_id, CASE WHEN range % 5 = 0 THEN 'test' ELSE 'train' END AS split, 'run-1' AS run_id
     FROM range(${sizes.embeddings})`,
  )
  await write(
    'predictions',
    `SELECT 'flora@run-1' AS head_id, image(i) AS image_id, class(floor(50 * u(i * 50 + nth, 'predicted'))) AS label,
       (1 - 0.9 * u(i, 'probability')) / (nth + 1) AS probability, (nth + 1)::INTEGER AS rank, 'run-1' AS run_id
     FROM (SELECT range AS i FROM range(${sizes.embeddings})), (SELECT range AS nth FROM range(10))`,
  )
  connection.closeSync()
  instance.closeSync()
  await rm(`${folder}.spill`, { recursive: true, force: true })
}
