import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { namespaceCommand } from '../../../../engines/spark/server/namespaceCommand.ts'
import { sparkLines } from '../../../../engines/spark/setup/sparkLines.ts'
import { runProcess } from '../../../support/commandLine.ts'
import { s3ForTests } from '../../../support/s3Server.ts'
import { sparkForTests } from '../../../support/spark.ts'

const spark = await sparkForTests()
// Built before: in the namespace there is no way to fetch it.
const s3 = await s3ForTests()
const skip = spark.skip || s3.skip
const script = join(import.meta.dirname, '../../../support/sparkS3.ts')

for (const line of sparkLines) {
  test(`Spark ${line} writes to S3 and reads it back`, { skip }, async () => {
    const command = [process.execPath, script, line]
    const inside = ['sh', '-c', `ip link set lo up && exec "$0" "$@"`, ...command]
    const [program = '', ...args] = [...namespaceCommand('namespace'), ...inside]
    const { code, stdout, stderr } = await runProcess(program, args)
    assert.equal(code, 0, stderr)
    assert.deepEqual(JSON.parse(stdout), { total: 49_995_000, parts: 7 })
  })
}
