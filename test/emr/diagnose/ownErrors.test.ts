import assert from 'node:assert/strict'
import { test } from 'node:test'
import { userError } from '../../../base/HubError.ts'
import { LogReading } from '../../../emr/diagnose/LogReading.ts'
import { errorText, reportOf } from '../../../engines/spark/worker/ErrorReport.ts'

async function first(text: string) {
  const reading = new LogReading()
  async function* once() {
    yield text.split('\n')
  }
  await reading.read('step', 'stderr', once())
  return reading.ranked()[0]
}

const hint = 'import the model again'
const error = userError('model_refused', 'onnxruntime refuses m.onnx: "Protobuf" parsing failed.', hint)
const sentence = 'The model cannot be opened: onnxruntime refuses m.onnx: "Protobuf" parsing failed.'

test('an error of ours is understood in every form that it is printed in', async () => {
  const document = JSON.stringify({ error: { code: error.code, message: error.message, hint } }, null, 2)
  for (const text of [
    `${error.code}: ${error.message}\n  ${hint}`,
    `imagehub: ${error.message}\n  ${hint}`,
    `imagehub: on Spark: stage featurize: ${error.message}`,
    `org.apache.spark.api.python.PythonException: ${errorText(reportOf(error))}`,
    errorText(reportOf(error)).split('\n').slice(1).join('\n'),
    document,
    JSON.stringify({ error: { code: error.code, message: error.message, hint } }),
  ]) {
    const found = await first(text)
    assert.deepEqual([found?.cause, found?.sentence], ['model_refused', sentence], text)
  }
})

test('what our hint advises is told where the cause itself knows no better', async () => {
  const unknown = userError('bad_tide', 'the tide is out', 'wait for it')
  const found = await first(errorText(reportOf(unknown)).split('\n').slice(1).join('\n'))
  assert.equal(found?.cause, 'user_error')
  assert.equal(found?.sentence, 'The job was refused (bad_tide): the tide is out. It advises: wait for it.')
  const printed = await first('no_head: there is no head\n  train it with `imagehub train`')
  assert.equal(
    printed?.sentence,
    'The job was refused (no_head): there is no head. It advises: train it with `imagehub train`.',
  )
})
