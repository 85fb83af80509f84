import type { HeadKind } from './headTasks.ts'
import type { ClassMetrics, Estimate, HeadMetrics } from './metrics/HeadMetrics.ts'

/** Everything a model card tells; times in ISO 8601 UTC. */
export interface ModelCard {
  readonly name: string
  readonly headId: string
  readonly kind: HeadKind
  readonly intendedUse: string
  readonly data: {
    readonly classes: readonly {
      readonly label: string
      readonly displayName: string
      readonly train: number
      readonly test: number
    }[]
    readonly train: number
    readonly test: number
    /** What kept rows together in the split; null where every image went by itself. */
    readonly groupedBy: string | null
    /** Runs that brought the images, labels and embeddings in. */
    readonly runIds: readonly string[]
    readonly snapshot: number | null
  }
  readonly training: {
    readonly regParam: number
    readonly elasticNetParam: number
    readonly classWeights: 'balanced' | readonly number[] | null
    readonly maxIterations: number
    readonly tolerance: number
    readonly seed: number
    readonly testFraction: number
    readonly objective: number
    readonly iterations: number
    readonly converged: boolean
  }
  readonly metrics: HeadMetrics
  readonly provenance: {
    readonly model: { readonly id: string; readonly sha256: string }
    readonly dimensions: number
    readonly headSha256: string
    readonly codeVersion: string
    readonly runId: string
    readonly trainedAt: string
  }
}

/** Test rows of a class below which its figures are called uncertain. */
const fewRows = 30

/**
 * The model card of a head (Mitchell et al. 2019, https://doi.org/10.1145/3287560.3287596).
 * @returns the same facts for people and for programs
 */
export function modelCard(card: ModelCard): { markdown: string; json: ModelCard & { limits: string[] } } {
  const limits = limitsOf(card)
  return { markdown: markdownOf(card, limits), json: { ...card, limits } }
}

/** What the figures do not support, from the figures themselves. */
function limitsOf({ kind, data, training, metrics, provenance }: ModelCard): string[] {
  const few = metrics.classes.filter(({ positives }) => positives < fewRows)
  const ratio =
    Math.max(...data.classes.map(({ train }) => train)) /
    Math.max(1, Math.min(...data.classes.map(({ train }) => train)))
  const { value: error } = metrics.calibrationError
  const limits = [
    kind === 'multilabel'
      ? 'It knows its labels alone, each judged by itself; an image of none of them should get low probabilities, which was tested only on verified negatives.'
      : 'It knows its classes alone: an image of anything else is still given one of them.',
    `It holds for embeddings of ${provenance.model.id} and for images like those it was trained on.`,
  ]
  if (metrics.rows === 0) limits.push('No image was held out: nothing is known of how well it does.')
  if (metrics.rows > 0 && few.length > 0) {
    const display = displayNames(data)
    const names = few.map(({ label, positives }) => `${display.get(label) ?? label} (${positives})`)
    limits.push(`Fewer than ${fewRows} test images, so figures that may be off by far: ${names.join(', ')}.`)
  }
  if (ratio >= 5) {
    limits.push(
      `The largest class has ${number(ratio)} times the training images of the smallest${training.classWeights === null ? ', and no class weights even that out' : ''}.`,
    )
  }
  if (error !== null && error > 0.05) {
    limits.push(`Its probabilities are off by ${number(error)} on average: do not take them at face value.`)
  }
  if (!training.converged) {
    limits.push(`Training stopped at ${training.iterations} iterations, short of the optimum.`)
  }
  if (data.groupedBy === null) {
    limits.push(
      'Images that show the same thing may be on both sides of the split, which flatters the figures.',
    )
  }
  return limits
}

function markdownOf(card: ModelCard, limits: readonly string[]): string {
  const { name, kind, data, training, metrics, provenance } = card
  const display = displayNames(data)
  const counts = data.classes.map(({ label, displayName, train, test }) => [displayName, label, train, test])
  const perClass = metrics.classes.map(row => [display.get(row.label) ?? row.label, ...classCells(row)])
  const weights = training.classWeights
  return [
    `# ${plain(name)}`,
    `A ${kind} logistic regression on image embeddings of ${plain(provenance.model.id)}, with ${data.classes.length} ${data.classes.length === 1 ? 'label' : 'labels'}.`,
    '## Intended use',
    plain(card.intendedUse),
    '## Data',
    `${data.train} images to train on, ${data.test} to test on${data.groupedBy === null ? '' : `, split by ${plain(data.groupedBy)}`}.`,
    table(['class', 'id', 'train', 'test'], [...counts, ['**total**', '', data.train, data.test]]),
    `Runs: ${data.runIds.map(plain).join(', ') || 'none'}${data.snapshot === null ? '' : `; snapshot ${data.snapshot}`}.`,
    '## Training',
    table(
      ['parameter', 'value'],
      [
        ['regParam', training.regParam],
        ['elasticNetParam', training.elasticNetParam],
        ['class weights', weights === null ? 'none' : weights === 'balanced' ? weights : weights.join(', ')],
        ['seed', training.seed],
        ['test fraction', training.testFraction],
        ['tolerance', training.tolerance],
        [
          'iterations',
          `${training.iterations} of at most ${training.maxIterations}${training.converged ? '' : ', not converged'}`,
        ],
        ['objective', number(training.objective)],
      ],
    ),
    '## Metrics',
    `On ${metrics.rows} test images; in parentheses the ${metrics.interval.level * 100} % interval (percentile bootstrap by ${metrics.interval.unit}, ${metrics.interval.resamples} resamples, seed ${metrics.interval.seed}).`,
    table(
      ['metric', 'value'],
      [
        ['accuracy', estimate(metrics.accuracy)],
        ['log-loss', estimate(metrics.logLoss)],
        ['Brier score', estimate(metrics.brier)],
        ['calibration error', estimate(metrics.calibrationError)],
        ['macro F1', estimate(metrics.macroF1)],
        ['macro AUC', estimate(metrics.macroAuc)],
      ],
    ),
    table(['class', 'images', 'precision', 'recall', 'F1', 'AUC'], perClass),
    ...confusionSection(metrics, display),
    '## Limits',
    limits.map(limit => `- ${plain(limit)}`).join('\n'),
    '## Provenance',
    table(
      ['', ''],
      [
        ['head', card.headId],
        ['head.onnx SHA-256', provenance.headSha256],
        ['embedding model', provenance.model.id],
        ['embedding model SHA-256', provenance.model.sha256],
        ['embedding length', provenance.dimensions],
        ['code version', provenance.codeVersion],
        ['run', provenance.runId],
        ['trained at', provenance.trainedAt],
      ],
    ),
  ]
    .join('\n\n')
    .concat('\n')
}

function displayNames({ classes }: ModelCard['data']): ReadonlyMap<string, string> {
  return new Map(classes.map(({ label, displayName }) => [label, displayName]))
}

function classCells({ positives, precision, recall, f1, auc }: ClassMetrics): (string | number)[] {
  return [positives, estimate(precision), estimate(recall), estimate(f1), estimate(auc)]
}

function confusionSection({ confusion }: HeadMetrics, display: ReadonlyMap<string, string>): string[] {
  if (confusion === null) return []
  const names = confusion.labels.map(label => display.get(label) ?? label)
  const rows = confusion.counts.map((row, at) => [names[at] as string, ...row])
  return [
    '### Confusion matrix',
    'Rows: what the image is. Columns: what the head says.',
    table(['', ...names], rows),
  ]
}

function estimate({ value, low, high }: Estimate): string {
  if (value === null) return 'undefined'
  return low === null || high === null
    ? number(value)
    : `${number(value)} (${number(low)} to ${number(high)})`
}

/** Four significant digits, enough for a reader. */
function number(value: number): string {
  return String(Number(value.toPrecision(4)))
}

function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map(cell => plain(String(cell))).join(' | ')} |`
  return [line(header), `|${header.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}

/** Names come from users: none may end a table cell, start markup or carry a link. */
function plain(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[|<>[\]`\\]/g, character => `\\${character}`)
}
