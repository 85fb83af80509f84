import { column } from './column.ts'
import { defineTable } from './defineTable.ts'

export const embeddings = defineTable({
  name: 'embeddings',
  row: 'one image seen by one model',
  key: ['image_id', 'model_id'],
  columns: {
    image_id: column('text', 'the image'),
    model_id: column('text', 'the model'),
    model_sha256: column('text', 'SHA-256 of the ONNX file that was run'),
    image_sha256: column(
      'text',
      'SHA-256 of the bytes that were seen: a changed picture is featurized again',
    ),
    embedding: column('vector', 'the features; one length for each model'),
    run_id: column('text', 'the run that wrote the row'),
  },
})
