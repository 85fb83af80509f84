import { availableParallelism } from 'node:os'
import { userError } from '../../base/HubError.ts'
import { moduleBeside } from '../../base/moduleBeside.ts'
import { runInWorker } from '../../base/runInWorker.ts'
import type { Hub } from '../../catalog/Hub.ts'
import type { HeadMetrics } from '../../models/heads/metrics/HeadMetrics.ts'
import { findHead, type HeadRow } from './findHead.ts'
import type { JudgeHeadOptions } from './judgeHead.ts'

export interface EvaluateOptions {
  readonly hub: Hub
  /** Name or id of a head. */
  readonly head: string
  /** `test`: the images held out when it was trained; `train`; `unseen`: labelled images that it had no part in. @default 'test' */
  readonly on?: 'test' | 'train' | 'unseen'
  /** Seed of the intervals. @default that of the head */
  readonly seed?: number
  readonly signal: AbortSignal
}

export interface EvaluateResult {
  readonly head: HeadRow
  readonly metrics: HeadMetrics
  readonly displayNames: readonly string[]
}

/**
 * Judges a head against the labels that the hub holds now, which may have been corrected since it was trained.
 * @throws HubError `unknown_head`, `no_labels` where no such image has a label of the head
 */
export async function evaluate({
  hub,
  head: name,
  on = 'test',
  seed,
  signal,
}: EvaluateOptions): Promise<EvaluateResult> {
  const snapshot = await hub.latestSnapshot()
  const head = await findHead(hub, snapshot, name)
  const files = await hub.localFiles(snapshot, ['embeddings', 'annotations', 'classes', 'images', 'splits'])
  if (head.kind !== 'binary' && head.kind !== 'multinomial' && head.kind !== 'multilabel')
    throw userError(
      'unknown_kind',
      `head ${head.head_id} is of kind ${head.kind}`,
      'a newer imagehub trained it: use that',
    )
  return {
    head,
    ...(await runInWorker<JudgeHeadOptions, Omit<EvaluateResult, 'head'>>({
      module: moduleBeside(import.meta.url, 'judgeHead'),
      args: {
        files,
        headId: head.head_id,
        headPath: await hub.storage.localPath(`${head.folder}/head.onnx`),
        labels: head.labels,
        kind: head.kind,
        modelId: head.model_id,
        modelSha256: head.model_sha256,
        on,
        seed: seed ?? head.seed,
        threads: availableParallelism(),
      },
      signal,
    })),
  }
}
