import { stat } from 'node:fs/promises'
import type { InferredOptionTypes, Options } from 'yargs'
import { userError } from '../base/HubError.ts'
import type { IngestSource, LabelSource } from '../operations/IngestSource.ts'
import type { StorageOptions } from '../storage/openStorage.ts'

/** How photos in S3 are reached; the hub, where it is in S3, always as the environment says (AWS_ENDPOINT_URL_S3, AWS_PROFILE, ...). */
export const accessOptions = {
  anonymous: { type: 'boolean', describe: 'read s3:// photos without credentials' },
  endpoint: {
    type: 'string',
    describe: 'URL of an S3-compatible server that holds the photos',
    requiresArg: true,
  },
} as const satisfies Record<string, Options>

/** What was given of it. */
export function photoAccess(args: Partial<InferredOptionTypes<typeof accessOptions>>): StorageOptions {
  return {
    ...(args.anonymous === undefined ? {} : { anonymous: args.anonymous }),
    ...(args.endpoint === undefined ? {} : { endpoint: args.endpoint }),
  }
}

export const sourceOptions = {
  from: {
    type: 'string',
    describe: 'photos: a folder, s3://bucket/prefix, or a CSV that names origins',
    requiresArg: true,
  },
  root: {
    type: 'string',
    describe: 'what relative paths of a --from CSV are relative to',
    requiresArg: true,
  },
  'open-images': {
    type: 'string',
    describe: 'photos and labels of these Open Images classes (names or ids, comma-separated)',
    requiresArg: true,
  },
  limit: {
    type: 'number',
    describe: 'with --open-images: photos of each class',
    default: 200,
    requiresArg: true,
  },
  labels: {
    type: 'string',
    describe: 'labels: "folder" (its name is the class) or a CSV',
    requiresArg: true,
  },
  'label-columns': {
    type: 'string',
    describe:
      'which CSV column holds what, as image=COL,label=COL[,confidence=COL,source=COL,display_name=COL]',
    requiresArg: true,
  },
  'label-separator': {
    type: 'string',
    describe: 'what sets labels apart inside one cell',
    requiresArg: true,
  },
  'class-descriptions': { type: 'string', describe: 'CSV of class ids and names', requiresArg: true },
  hierarchy: { type: 'string', describe: 'JSON of the class hierarchy', requiresArg: true },
  ...accessOptions,
} as const satisfies Record<string, Options>

type SourceArguments = Partial<InferredOptionTypes<typeof sourceOptions>>

/** @throws HubError `usage` where neither or both of --from and --open-images are given */
export async function photoSource(args: SourceArguments): Promise<IngestSource> {
  const classes = args['open-images']
  if ((args.from === undefined) === (classes === undefined))
    throw userError(
      'usage',
      args.from === undefined
        ? 'nothing says where the photos are'
        : '--from and --open-images were both given',
      'give either --from FOLDER|s3://bucket/prefix|FILE.csv or --open-images CLASS,CLASS',
    )
  const storage = photoAccess(args)
  if (classes !== undefined)
    return {
      kind: 'open_images',
      classes: commaList('--open-images', classes),
      limit: args.limit ?? 200,
      storage,
    }
  const from = args.from ?? ''
  const isCsv = /\.(csv|tsv)$/i.test(from) && !(await isFolder(from))
  if (isCsv)
    return { kind: 'csv', path: from, storage, ...(args.root === undefined ? {} : { root: args.root }) }
  return { kind: 'folder', uri: from, storage }
}

export async function labelSource(args: SourceArguments): Promise<LabelSource | null> {
  const { labels } = args
  if (labels === undefined) return null
  if (labels === 'folder') return { kind: 'folder' }
  if (await isFolder(labels))
    throw userError(
      'not_a_file',
      `--labels ${labels} is a folder`,
      'give "folder" to take folder names as classes, or a CSV',
    )
  const separator = args['label-separator']
  const classDescriptions = args['class-descriptions']
  return {
    kind: 'csv',
    path: labels,
    ...(args['label-columns'] === undefined ? {} : { columns: labelColumns(args['label-columns']) }),
    ...(separator === undefined ? {} : { separator }),
    ...(classDescriptions === undefined ? {} : { classDescriptions }),
    ...(args.hierarchy === undefined ? {} : { hierarchy: args.hierarchy }),
  }
}

type LabelColumns = NonNullable<Extract<LabelSource, { kind: 'csv' }>['columns']>
const labelColumnNames = ['image', 'label', 'display_name', 'source', 'confidence'] as const

function labelColumns(text: string): LabelColumns {
  return Object.fromEntries(
    commaList('--label-columns', text).map(pair => {
      const [name = '', column = ''] = pair.split(/=(.*)/s)
      const known = labelColumnNames.find(candidate => candidate === name)
      if (known === undefined || column === '')
        throw userError(
          'bad_option',
          `--label-columns has ${JSON.stringify(pair)}`,
          `write NAME=COLUMN, with NAME one of ${labelColumnNames.join(', ')}`,
        )
      return [known, column]
    }),
  )
}

/** The parts of a comma-separated option. @throws HubError `bad_option` where there is none */
export function commaList(option: string, text: string): string[] {
  const parts = text
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
  if (parts.length === 0)
    throw userError('bad_option', `${option} names nothing`, 'separate several with commas')
  return parts
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false
}
