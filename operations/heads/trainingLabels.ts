import type { DuckDBConnection } from '@duckdb/node-api'
import { userError } from '../../base/HubError.ts'
import type { HeadKind, HeadTargets } from '../../models/heads/headTasks.ts'
import { labelIndex } from '../../models/heads/labelIndex.ts'
import { readParquet, sqlText } from '../../tables/sqlText.ts'

/** Local Parquet files of the tables that training reads. */
export interface TrainingFiles {
  /** For the labels alone the embeddings themselves may be missing, their columns image_id, model_id, model_sha256 and run_id suffice. */
  readonly embeddings: readonly string[]
  readonly annotations: readonly string[]
  readonly classes: readonly string[]
  readonly images: readonly string[]
}

export interface TrainingLabelsOptions {
  readonly connection: DuckDBConnection
  readonly files: TrainingFiles
  readonly modelId: string
  readonly modelSha256: string
  /** Ids or display names. @default every class with at least `leastImages` images */
  readonly classes: readonly string[] | null
  /** @default found from the labels: see `kindOf` */
  readonly kind: HeadKind | null
  /** Images that share this value of the table images stay on one side of a split. @default every image by itself */
  readonly group: 'supplier_id' | 'submission_id' | null
  /** Labels of a head that exists already, in the order of its outputs: taken as they are, whatever the images show. @default found */
  readonly labelOrder?: readonly string[]
  /** SQL condition on the images to take. @default all */
  readonly only?: string
}

export interface TrainingLabels extends HeadTargets {
  /** Image ids, sorted; row i of everything is image i. */
  readonly ids: readonly string[]
  readonly displayNames: readonly string[]
  /** The classes of each row that are verified present: what a split is stratified by. */
  readonly present: readonly (readonly string[])[]
  readonly groups: readonly string[] | undefined
  /** Classes with too few images to be taken by themselves. */
  readonly leftOut: readonly string[]
  /** The runs that brought in the images, their labels and embeddings. */
  readonly runIds: readonly string[]
}

/** Fewer images of a class can be neither learned nor tested. */
const leastImages = 5

/** One image and one class of which something is verified. */
interface Claim {
  readonly image_id: string
  readonly label: string
  readonly is_present: boolean
}

/**
 * The images with an embedding of one model and their verified labels. Confidence 1 is present, 0 absent; what only a machine says
 * (between), and what sources contradict each other on, is not used. Leaves the connection with the view `embedded` and the table `chosen`
 * (image_id, row_number).
 * @throws HubError `no_embeddings`, `no_labels`, `unknown_class`, `no_negatives`, `wrong_kind`
 */
export async function trainingLabels(options: TrainingLabelsOptions): Promise<TrainingLabels> {
  const { connection, modelId } = options
  await prepare(options)
  const claims = await select<Claim>(
    connection,
    `SELECT image_id, label, min(confidence) = 1 AS is_present FROM annotations SEMI JOIN embedded USING (image_id)
     WHERE confidence IN (0, 1) GROUP BY image_id, label HAVING min(confidence) = max(confidence) ORDER BY image_id, label`,
  )
  const [embedded] = await select<{ n: number }>(connection, 'SELECT count(*)::DOUBLE AS n FROM all_embedded')
  if (embedded === undefined || embedded.n === 0)
    throw userError(
      'no_embeddings',
      `the hub has no embeddings of model ${modelId}`,
      `make them with: imagehub featurize --hub HUB --model ${modelId}`,
    )
  const names = new Map(
    (
      await select<{ label: string; display_name: string }>(
        connection,
        'SELECT label, display_name FROM classes',
      )
    ).map(({ label, display_name }) => [label, display_name]),
  )
  const { labels, kind, used, leftOut } = question(options, claims, names)
  const exclusive = kind !== 'multilabel' && labels.length > 1
  const rows = [...Map.groupBy(used, ({ image_id }) => image_id)]
    .map(([id, own]) => ({
      id,
      own,
      present: own.filter(claim => claim.is_present).map(({ label }) => label),
    }))
    .filter(({ present }) => !exclusive || present.length === 1)
  const ids = rows.map(({ id }) => id)
  await connection.run('CREATE OR REPLACE TEMP TABLE chosen (image_id VARCHAR, row_number INTEGER)')
  await insertIds(connection, ids)
  return {
    ids,
    kind,
    labels,
    classes: targets(kind, labels, rows),
    displayNames: labels.map(label => names.get(label) ?? label),
    present: rows.map(({ present }) => present),
    groups: options.group === null ? undefined : await groupsOf(connection, options.group, ids),
    leftOut,
    runIds: await runsOf(connection),
  }
}

interface Question {
  readonly labels: readonly string[]
  readonly kind: HeadKind
  readonly used: readonly Claim[]
  readonly leftOut: readonly string[]
}

/** Which classes to tell apart, how, and what is known of them. */
function question(
  options: TrainingLabelsOptions,
  claims: readonly Claim[],
  names: ReadonlyMap<string, string>,
): Question {
  const { labelOrder } = options
  if (labelOrder !== undefined && options.kind !== null) {
    const used = claims.filter(({ label }) => labelOrder.includes(label))
    return { labels: labelOrder, kind: options.kind, used, leftOut: [] }
  }
  const { chosen, leftOut } = chooseClasses(claims, names, options.classes)
  const used = claims.filter(({ label }) => chosen.has(label))
  const kind = options.kind ?? kindOf(used, chosen.size)
  const { labels } = labelIndex(used.flatMap(({ label, is_present }) => (is_present ? [label] : [])))
  checkKind(kind, labels, used)
  return { labels, kind, used, leftOut }
}

async function prepare({
  connection,
  files,
  modelId,
  modelSha256,
  only,
}: TrainingLabelsOptions): Promise<void> {
  const views: Record<keyof TrainingFiles, string> = {
    embeddings: 'image_id VARCHAR, model_id VARCHAR, model_sha256 VARCHAR, embedding FLOAT[], run_id VARCHAR',
    annotations: 'image_id VARCHAR, label VARCHAR, confidence DOUBLE, run_id VARCHAR',
    classes: 'label VARCHAR, display_name VARCHAR',
    images: 'image_id VARCHAR, verdict VARCHAR, supplier_id VARCHAR, submission_id VARCHAR, run_id VARCHAR',
  }
  for (const [name, columns] of Object.entries(views)) {
    const paths = files[name as keyof TrainingFiles]
    await connection.run(
      paths.length === 0
        ? `CREATE TABLE ${name} (${columns})`
        : `CREATE VIEW ${name} AS FROM ${readParquet(paths)}`,
    )
  }
  await connection.run(
    `CREATE VIEW all_embedded AS SELECT * FROM embeddings SEMI JOIN (FROM images WHERE verdict = 'accepted') AS accepted
       USING (image_id) WHERE model_id = ${sqlText(modelId)} AND model_sha256 = ${sqlText(modelSha256)}`,
  )
  await connection.run(
    `CREATE VIEW embedded AS FROM all_embedded${only === undefined ? '' : ` WHERE ${only}`}`,
  )
}

/** The classes to learn, by id. */
function chooseClasses(
  claims: readonly Claim[],
  names: ReadonlyMap<string, string>,
  wanted: readonly string[] | null,
): { readonly chosen: ReadonlySet<string>; readonly leftOut: readonly string[] } {
  const counts = new Map<string, number>()
  for (const { label, is_present } of claims) if (is_present) counts.set(label, (counts.get(label) ?? 0) + 1)
  if (wanted === null) {
    const chosen = [...counts].filter(([, count]) => count >= leastImages).map(([label]) => label)
    if (chosen.length === 0)
      throw userError(
        'no_labels',
        counts.size === 0
          ? 'no embedded image has a verified label'
          : `no class has ${leastImages} embedded images with a verified label`,
        'ingest labels with: imagehub ingest --hub HUB --from PHOTOS --labels folder|FILE.csv',
      )
    return {
      chosen: new Set(chosen),
      leftOut: [...counts.keys()].filter(label => !chosen.includes(label)).sort(),
    }
  }
  const byName = new Map([...counts.keys()].map(label => [(names.get(label) ?? label).toLowerCase(), label]))
  const chosen = wanted.map(name => (counts.has(name) ? name : byName.get(name.toLowerCase())))
  const unknown = wanted.filter((_, index) => chosen[index] === undefined)
  if (unknown.length > 0) {
    const known = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 20)
    throw userError(
      'unknown_class',
      `no embedded image is verified to show ${unknown.join(', ')}`,
      `there are ${known.map(([label, count]) => `${names.get(label) ?? label} (${count})`).join(', ') || 'no verified labels at all'}${counts.size > known.length ? ', ...' : ''}`,
    )
  }
  return { chosen: new Set(chosen as string[]), leftOut: [] }
}

/**
 * One class, or classes that exclude each other (no image shows two, none is verified absent): one decision, binary for up to two and
 * multinomial for more. Anything else is a question for each class by itself.
 */
function kindOf(claims: readonly Claim[], classes: number): HeadKind {
  if (classes === 1) return 'binary'
  const seen = new Set<string>()
  for (const { image_id, is_present } of claims) {
    if (!is_present || seen.has(image_id)) return 'multilabel'
    seen.add(image_id)
  }
  return classes === 2 ? 'binary' : 'multinomial'
}

function checkKind(kind: HeadKind, labels: readonly string[], claims: readonly Claim[]): void {
  if (kind === 'binary' && labels.length > 2)
    throw userError(
      'wrong_kind',
      `a binary head cannot tell ${labels.length} classes apart`,
      'name one or two with --classes, or leave --kind out',
    )
  const asksEach = kind === 'multilabel' || labels.length === 1
  const without = labels.filter(
    label => asksEach && !claims.some(claim => claim.label === label && !claim.is_present),
  )
  if (without.length > 0)
    throw userError(
      'no_negatives',
      `no embedded image is verified not to show ${without.slice(0, 5).join(', ')}${without.length > 5 ? ', ...' : ''}`,
      'such a head learns from verified negatives (confidence 0): ingest some, leave the class out with --classes, or name two classes that exclude each other',
    )
}

interface ClaimedRow {
  readonly own: readonly Claim[]
  readonly present: readonly string[]
}

function targets(
  kind: HeadKind,
  labels: readonly string[],
  rows: readonly ClaimedRow[],
): Int8Array | Int32Array {
  const indexOf = new Map(labels.map((label, index) => [label, index]))
  if (kind !== 'multilabel')
    return Int32Array.from(rows, ({ present }) =>
      labels.length === 1 ? present.length : (indexOf.get(present[0] ?? '') ?? 0),
    )
  const classes = new Int8Array(rows.length * labels.length).fill(-1)
  for (const [row, { own }] of rows.entries())
    for (const { label, is_present } of own)
      classes[row * labels.length + (indexOf.get(label) ?? 0)] = is_present ? 1 : 0
  return classes
}

async function insertIds(connection: DuckDBConnection, ids: readonly string[]): Promise<void> {
  const appender = await connection.createAppender('chosen')
  for (const [row, id] of ids.entries()) {
    appender.appendVarchar(id)
    appender.appendInteger(row)
    appender.endRow()
  }
  appender.closeSync()
}

async function groupsOf(
  connection: DuckDBConnection,
  column: 'supplier_id' | 'submission_id',
  ids: readonly string[],
): Promise<string[]> {
  const found = await select<{ row_number: number; value: string | null }>(
    connection,
    `SELECT row_number, min(${column}) AS value FROM chosen JOIN images USING (image_id) GROUP BY row_number`,
  )
  const groups = [...ids]
  // An image of nobody is a group by itself.
  for (const { row_number, value } of found) if (value !== null) groups[row_number] = `${column} ${value}`
  return groups
}

async function runsOf(connection: DuckDBConnection): Promise<string[]> {
  const from = (table: string) => `SELECT run_id FROM ${table} SEMI JOIN chosen USING (image_id)`
  const runs = await select<{ run_id: string }>(
    connection,
    `${from('images')} UNION ${from('annotations')} UNION ${from('embeddings')} ORDER BY run_id`,
  )
  return runs.map(({ run_id }) => run_id)
}

async function select<T>(connection: DuckDBConnection, sql: string): Promise<T[]> {
  return (await connection.runAndReadAll(sql)).getRowObjectsJS() as T[]
}
