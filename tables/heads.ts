import { column, nullable } from './column.ts'
import { defineTable } from './defineTable.ts'

export const heads = defineTable({
  name: 'heads',
  row: 'one logistic-regression head, as trained by one run',
  key: ['head_id'],
  columns: {
    head_id: column('text', 'name@run_id: a retrained head is a new row'),
    name: column('text', 'the name a person gave; the newest head of a name is its current one'),
    model_id: column('text', 'the model whose embeddings it reads'),
    model_sha256: column('text', 'SHA-256 of that model'),
    kind: column('text', 'binary, multinomial or multilabel'),
    labels: column('text_list', 'class ids in the order of the outputs'),
    reg_param: column('float64', 'regularisation strength'),
    elastic_net_param: column('float64', '0 is L2, 1 is L1'),
    seed: column('int64', 'seed of the split and the bootstrap'),
    n_train: column('int64', 'training images'),
    n_test: column('int64', 'held-out images'),
    objective: column('float64', 'value of the training objective at the end'),
    accuracy: nullable('float64', 'accuracy on the held-out images'),
    metrics: column('text', 'every metric with its interval, as JSON'),
    folder: column('text', 'where head.onnx and the model card are, relative to the hub'),
    run_id: column('text', 'the run that trained it'),
    trained_at: column('timestamp', 'start of that run'),
  },
})
