import { randomUUID } from 'node:crypto'
import test, { after } from 'node:test'
import type { SparkLine } from '../../../engines/spark/setup/sparkLines.ts'
import { openTestSpark } from '../../support/openTestSpark.ts'
import { quick, sparkForTests } from '../../support/spark.ts'
import { pixelsOnSpark } from './pixelsOnSpark.ts'
import {
  badRowsAreNamed,
  gridOnSpark,
  trainingOnSpark,
  trainingOutlivesWorkers,
} from './training/trainingOnSpark.ts'

/** The tests of pixels and training on a line of Spark, of which one serves them all. */
export async function singleStagesOn(line: SparkLine): Promise<void> {
  const { skip } = await sparkForTests([line])
  const mark = `IMAGEHUB_TEST_MARK=${randomUUID()}`
  const [name = '', value = ''] = mark.split('=')
  const opened = skip
    ? undefined
    : await openTestSpark({ after }, { line, server: { env: { [name]: value }, javaOptions: quick } })
  const spark = () => {
    if (opened === undefined) throw new Error('these tests are skipped without Spark')
    return opened
  }

  test(`Spark ${line}: pixels gives the rows of Spark's own image source`, { skip }, async t => {
    await pixelsOnSpark(t, spark())
  })

  test(`Spark ${line}: heads trained on executors are those trained here`, { skip }, async () => {
    await trainingOnSpark(spark())
  })

  test(`Spark ${line}: a grid is scored and chosen from on executors as here`, { skip }, async () => {
    await gridOnSpark(spark())
  })

  test(`Spark ${line}: killed workers cost a training nothing but time`, { skip }, async () => {
    await trainingOutlivesWorkers(spark(), mark)
  })

  test(`Spark ${line}: what a row to train on has wrong is told by the executor`, { skip }, async () => {
    await badRowsAreNamed(spark())
  })
}
