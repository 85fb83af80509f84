import { userError } from '../../base/HubError.ts'
import { exportRows } from '../../operations/export/exportRows.ts'
import { defineCommand } from '../Command.ts'
import { exportText } from '../exportText.ts'
import { openHub } from '../hubArguments.ts'
import { questionOf, questionOptions } from '../questionArguments.ts'
import { accessOptions, photoAccess } from '../sourceArguments.ts'

export const exporting = defineCommand({
  name: 'export',
  describe: 'Write the rows of a query to a Parquet file, with their pictures where asked to',
  options: {
    sql: { type: 'string', describe: 'a SELECT over the tables and views of the hub', requiresArg: true },
    ...questionOptions,
    to: {
      type: 'string',
      demandOption: true,
      describe: 'the file: FOLDER/NAME.parquet or s3://bucket/prefix/NAME.parquet',
      requiresArg: true,
    },
    limit: { type: 'number', describe: 'rows at most', requiresArg: true },
    images: {
      type: 'string',
      describe: 'copy the pictures of the rows here: a folder or s3://bucket/prefix',
      requiresArg: true,
    },
    folders: {
      type: 'string',
      describe: 'column that names their folders, or none; display_name or label unless given',
      requiresArg: true,
    },
    'time-limit': { type: 'number', default: 600, describe: 'seconds of the query', requiresArg: true },
    ...accessOptions,
  },
  examples: [
    ['$0 export --hub hub --query labelled_images --to labels.parquet', 'what is labelled, for analysts'],
    [
      '$0 export --hub hub --query labelled_images --param label=Car --limit 2000 --to cars.parquet --images cars',
      'rows and pictures to train on',
    ],
    ['$0 export --hub hub --sql "FROM embeddings" --to s3://bucket/prefix/embeddings.parquet', 'any SELECT'],
  ],
  async run(args, terminal) {
    const { limit, images, folders } = args
    if (limit !== undefined && !(Number.isSafeInteger(limit) && limit >= 0))
      throw userError('bad_option', `--limit is ${limit}`, 'give a whole number of rows')
    if (folders !== undefined && images === undefined)
      throw userError(
        'usage',
        '--folders is given without --images',
        'say where the pictures go: --images DIR',
      )
    await using hub = await openHub(args.hub)
    const result = await exportRows({
      hub,
      question: questionOf({ ...args, statement: args.sql }),
      to: args.to,
      storage: photoAccess(args),
      timeoutSeconds: args['time-limit'],
      signal: terminal.signal,
      onProgress: progress => terminal.progress(progress),
      ...(limit === undefined ? {} : { limit }),
      ...(images === undefined ? {} : { images }),
      ...(folders === undefined ? {} : { folders }),
    })
    return { json: result, text: exportText(result) }
  },
})
