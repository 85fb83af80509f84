import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { namespaceCommand } from '../../engines/spark/server/namespaceCommand.ts'
import { runProcess } from '../support/commandLine.ts'
import { versitygw } from '../support/s3Server.ts'
import { sparkForTests } from '../support/spark.ts'

const { skip } = await sparkForTests(['3.5'])

test('on a release with Spark 3.5 the driver brings the Connect server, behind a port that is closed to others', {
  skip,
}, async () => {
  // Built before: there is no way to the network from within.
  await versitygw()
  // A network of its own in the place of the firewall: Spark 3.5 listens everywhere.
  const [program = '', ...args] = namespaceCommand('namespace')
  const inside = 'ip link set lo up && exec "$0" "$1"'
  const run = await runProcess(program, [
    ...args,
    ...['sh', '-c', inside, process.execPath, join(import.meta.dirname, 'onSpark35.ts')],
  ])
  assert.equal(run.code, 0, run.stderr)
  const { code, stdout, stderr, images, jars } = JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '')
  assert.equal(code, 0, `${stdout}\n${stderr}`)
  const { state, result } = JSON.parse(stdout)
  assert.deepEqual([state, result.images, result.error], ['succeeded', 19, null])
  assert.equal(images, 1)
  assert.match(jars[0], /spark-connect_2\.12-3\.5\.7\.jar$/)
})
