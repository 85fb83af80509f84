import { userError } from '../../base/HubError.ts'
import { predict as predictOnHub } from '../../operations/heads/predict.ts'
import { defineCommand } from '../Command.ts'
import { engineOptions, openEngine } from '../engineArguments.ts'
import { headOptions } from '../headArguments.ts'
import { openHub } from '../hubArguments.ts'
import { stageRate } from '../runText.ts'

export const predict = defineCommand({
  name: 'predict',
  describe: 'Let a head judge every embedded image that it has not judged',
  options: {
    ...headOptions,
    'most-classes': {
      type: 'number',
      default: 5,
      describe: 'classes kept for each image',
      requiresArg: true,
    },
    ...engineOptions,
  },
  examples: [['$0 predict --hub hub --head flowers', 'predictions for all new images']],
  async run(args, terminal) {
    const mostClasses = args['most-classes']
    if (!Number.isInteger(mostClasses) || mostClasses < 1)
      throw userError('bad_option', `--most-classes is ${mostClasses}`, 'give a whole number from 1')
    await using engine = await openEngine(args)
    await using hub = await openHub(args.hub)
    const { run, head } = await predictOnHub({
      hub,
      head: args.head,
      engine,
      mostClasses,
      signal: terminal.signal,
      onProgress: progress => terminal.progress(progress),
    })
    const images = run.stages[0]?.rows_in ?? 0
    const text = [
      `${images} images judged by head ${head.head_id}`,
      ...stageRate(run),
      `run ${run.run_id}, snapshot ${run.snapshot ?? '–'}`,
    ].join('\n')
    return { json: { head_id: head.head_id, images, run }, text }
  },
})
