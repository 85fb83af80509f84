import { userError } from '../../base/HubError.ts'
import { trainDefaults, train as trainOnHub } from '../../operations/heads/train.ts'
import { defineCommand } from '../Command.ts'
import { engineOptions, openEngine } from '../engineArguments.ts'
import { headJson, headText } from '../headText.ts'
import { openHub } from '../hubArguments.ts'
import { commaList } from '../sourceArguments.ts'

export const train = defineCommand({
  name: 'train',
  describe: 'Train a logistic-regression head on embeddings and verified labels',
  options: {
    model: {
      type: 'string',
      demandOption: true,
      describe: 'id of the model whose embeddings to learn from',
      requiresArg: true,
    },
    name: { type: 'string', demandOption: true, describe: 'name of the head', requiresArg: true },
    classes: {
      type: 'string',
      describe: 'classes to learn, by name or id, comma-separated; all with 5 images unless given',
      requiresArg: true,
    },
    kind: {
      choices: ['binary', 'multinomial', 'multilabel'],
      describe:
        'found from the labels unless given: classes that exclude each other make one decision, others one each',
    },
    'reg-param': {
      type: 'string',
      default: trainDefaults.regParams.join(),
      describe: 'regularisation strength; several, comma-separated, are cross-validated',
      requiresArg: true,
    },
    'elastic-net-param': {
      type: 'string',
      default: trainDefaults.elasticNetParams.join(),
      describe: '0 is L2, 1 is L1; several are cross-validated',
      requiresArg: true,
    },
    folds: {
      type: 'number',
      default: trainDefaults.folds,
      describe: 'folds of the cross-validation',
      requiresArg: true,
    },
    balanced: { type: 'boolean', default: false, describe: 'give every class the same weight' },
    'test-fraction': {
      type: 'number',
      default: trainDefaults.testFraction,
      describe: 'share of the images held out',
      requiresArg: true,
    },
    group: {
      choices: ['supplier_id', 'submission_id'],
      describe: 'keep images that share this on one side of the split',
    },
    seed: {
      type: 'number',
      default: trainDefaults.seed,
      describe: 'seed of split, folds and intervals',
      requiresArg: true,
    },
    'max-iterations': {
      type: 'number',
      default: trainDefaults.maxIterations,
      describe: 'iterations of the solver',
      requiresArg: true,
    },
    tolerance: {
      type: 'number',
      default: trainDefaults.tolerance,
      describe: 'relative change of the objective to stop at',
      requiresArg: true,
    },
    ...engineOptions,
  },
  examples: [
    ['$0 train --hub hub --model inception-v3-imagenet --name flowers', 'all classes'],
    [
      '$0 train --hub hub --model inception-v3-imagenet --name cars --classes Car --balanced',
      'one class against verified negatives',
    ],
    [
      '$0 train --hub hub --model inception-v3-imagenet --name flowers --reg-param 0.001,0.01,0.1',
      'choose by cross-validation',
    ],
  ],
  async run(args, terminal) {
    const fraction = args['test-fraction']
    if (!(fraction > 0 && fraction < 1))
      throw userError(
        'bad_option',
        `--test-fraction is ${fraction}`,
        'give a number above 0 and below 1: a head is judged on images that it has not seen',
      )
    if (!Number.isSafeInteger(args.seed) || args.seed < 0)
      throw userError('bad_option', `--seed is ${args.seed}`, 'give a whole number from 0')
    await using engine = await openEngine(args)
    await using hub = await openHub(args.hub)
    const result = await trainOnHub({
      hub,
      name: args.name,
      modelId: args.model,
      classes: args.classes === undefined ? null : commaList('--classes', args.classes),
      kind: (args.kind as 'binary' | 'multinomial' | 'multilabel' | undefined) ?? null,
      group: (args.group as 'supplier_id' | 'submission_id' | undefined) ?? null,
      regParams: numbers('--reg-param', args['reg-param']),
      elasticNetParams: numbers('--elastic-net-param', args['elastic-net-param']),
      folds: args.folds,
      balanced: args.balanced,
      testFraction: fraction,
      seed: args.seed,
      maxIterations: args['max-iterations'],
      tolerance: args.tolerance,
      engine,
      signal: terminal.signal,
    })
    return { json: headJson(result), text: headText(result) }
  },
})

function numbers(option: string, text: string): number[] {
  return commaList(option, text).map(part => {
    const value = Number(part)
    if (!Number.isFinite(value) || value < 0)
      throw userError('bad_option', `${option} has ${part}`, 'give numbers from 0')
    return value
  })
}
