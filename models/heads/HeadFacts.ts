import { z } from 'zod'
import { userError } from '../../base/HubError.ts'

const kinds = ['binary', 'multinomial', 'multilabel'] as const

const headFacts = z.object({
  name: z.string().min(1),
  kind: z.enum(kinds),
  labels: z.array(z.string()).min(1),
  model: z.object({ id: z.string().min(1), sha256: z.string().min(1) }),
})

/** What a head's ONNX file says of itself. */
export type HeadFacts = Readonly<z.infer<typeof headFacts>>

type HeadFactsInput = Omit<HeadFacts, 'labels'> & { readonly labels: readonly string[] }

/** As ONNX `metadata_props`: `head_name`, `head_kind`, `labels` (a JSON array), `model_id` and `model_sha256`. */
export function headMetadata({ name, kind, labels, model }: HeadFactsInput): Record<string, string> {
  return {
    head_name: name,
    head_kind: kind,
    labels: JSON.stringify(labels),
    model_id: model.id,
    model_sha256: model.sha256,
  }
}

/** @throws HubError `not_a_head` where facts are missing or make no sense */
export function readHeadMetadata(metadata: ReadonlyMap<string, string>, path: string): HeadFacts {
  const facts = headFacts.safeParse({
    name: metadata.get('head_name'),
    kind: metadata.get('head_kind'),
    labels: parseJson(metadata.get('labels')),
    model: { id: metadata.get('model_id'), sha256: metadata.get('model_sha256') },
  })
  if (facts.success) return facts.data
  throw userError(
    'not_a_head',
    `${path} is no head of imagehub: ${facts.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
    'give the head.onnx that `imagehub train` wrote',
  )
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
