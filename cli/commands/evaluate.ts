import { evaluate as evaluateOnHub } from '../../operations/heads/evaluate.ts'
import { defineCommand } from '../Command.ts'
import { headOptions } from '../headArguments.ts'
import { openHub } from '../hubArguments.ts'
import { metricsJson, metricsText } from '../metricsText.ts'

export const evaluate = defineCommand({
  name: 'evaluate',
  describe: 'Judge a head against the labels that the hub holds now',
  options: {
    ...headOptions,
    on: {
      choices: ['test', 'train', 'unseen'] as const,
      default: 'test' as const,
      describe:
        'images held out when it was trained, those it learned from, or labelled ones it had no part in',
    },
    seed: {
      type: 'number',
      describe: 'seed of the intervals; that of the head unless given',
      requiresArg: true,
    },
  },
  examples: [['$0 evaluate --hub hub --head flowers --on unseen', 'how it does on images labelled since']],
  async run(args, terminal) {
    await using hub = await openHub(args.hub)
    const { head, metrics, displayNames } = await evaluateOnHub({
      hub,
      head: args.head,
      on: args.on,
      signal: terminal.signal,
      ...(args.seed === undefined ? {} : { seed: args.seed }),
    })
    return {
      json: { head_id: head.head_id, on: args.on, images: metrics.rows, metrics: metricsJson(metrics) },
      text: `head ${head.head_id} on ${metrics.rows} ${args.on} images\n${metricsText(metrics, displayNames)}`,
    }
  },
})
