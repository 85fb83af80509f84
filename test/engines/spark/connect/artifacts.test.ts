import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { SparkSession } from '../../../../engines/spark/connect/SparkSession.ts'
import { sparkLines } from '../../../../engines/spark/setup/sparkLines.ts'
import { sparkForTests, startTestSpark, type TestSpark } from '../../../support/spark.ts'
import { suiteScope } from '../../../support/suiteScope.ts'
import { startTcpProxy } from '../../../support/tcpProxy.ts'
import { temporaryFolder } from '../../../support/temporaryFolder.ts'

const spark = await sparkForTests()
const impatient = {
  attempts: 100,
  firstPauseMilliseconds: 0,
  factor: 1,
  longestPauseMilliseconds: 0,
  jitter: 0,
}

for (const line of sparkLines) {
  describe(`Spark ${line}`, { skip: spark.skip }, () => {
    const scope = suiteScope()
    let server: TestSpark
    let serverFolder: string
    before(async () => {
      serverFolder = await temporaryFolder(scope)
      server = await startTestSpark(scope, { line, temporaryFolder: serverFolder })
    })

    /** What the server keeps for its tasks under that name, once a task has made it fetch what the session has. */
    async function arrived(session: SparkSession, name: string): Promise<Buffer> {
      await session.sql('SELECT id FROM range(1)').repartition(1).batches().next()
      const paths = await readdir(serverFolder, { recursive: true })
      const path = paths.find(path => path.endsWith(`/${name}`))
      assert.ok(path !== undefined, `${name} is on the server`)
      return readFile(join(serverFolder, path))
    }

    for (const bytes of [0, 5, 32 * 1024, 32 * 1024 + 1, 3_000_000]) {
      test(`a file of ${bytes} bytes arrives`, async t => {
        await using session = await SparkSession.open({ address: server.address })
        const content = randomBytes(bytes)
        const path = join(await temporaryFolder(t), 'file')
        await writeFile(path, content)
        await session.addArtifact({ name: `files/file-${bytes}`, path })
        assert.deepEqual(await arrived(session, `file-${bytes}`), content)
      })
    }

    test('many files travel together, and what the session has is not sent again', async t => {
      const folder = await temporaryFolder(t)
      const { port: proxyPort, close, bytesFromClient } = await proxyFor(server)
      t.after(close)
      await using session = await SparkSession.open({
        address: { host: '127.0.0.1', port: proxyPort, token: server.address.token },
      })
      const files = await Promise.all(
        [10, 20_000, 30_000, 100_000, 40].map(async (bytes, index) => {
          const path = join(folder, `${index}`)
          await writeFile(path, randomBytes(bytes))
          return { name: `files/many-${index}`, path }
        }),
      )
      await session.addArtifacts(files)
      for (const [index, { path }] of files.entries()) {
        assert.deepEqual(await arrived(session, `many-${index}`), await readFile(path))
      }
      const sent = bytesFromClient()
      await session.addArtifacts(files)
      assert.ok(bytesFromClient() - sent < 1000, `${bytesFromClient() - sent} bytes`)
    })

    test('a file arrives whole over connections that break', async t => {
      const { port, close, cutAll } = await proxyFor(server)
      t.after(close)
      const path = join(await temporaryFolder(t), 'file')
      const content = randomBytes(20_000_000)
      await writeFile(path, content)
      await using session = await SparkSession.open({
        address: { host: '127.0.0.1', port, token: server.address.token },
        retry: impatient,
      })
      let cuts = 3
      const timer = setInterval(() => cuts-- > 0 && cutAll(), 30)
      await session.addArtifact({ name: 'files/broken', path }).finally(() => clearInterval(timer))
      assert.deepEqual(await arrived(session, 'broken'), content)
    })

    test('bytes that change on their way are noticed and sent again', async t => {
      const { port, close, changeByte } = await proxyFor(server)
      t.after(close)
      const path = join(await temporaryFolder(t), 'file')
      const content = randomBytes(1_000_000)
      await writeFile(path, content)
      await using session = await SparkSession.open({
        address: { host: '127.0.0.1', port, token: server.address.token },
        retry: impatient,
      })
      changeByte(500_000)
      await session.addArtifact({ name: 'files/changed', path })
      assert.deepEqual(await arrived(session, 'changed'), content)
    })

    test('other bytes under a name that is taken, bad names and missing files are refused', async t => {
      const folder = await temporaryFolder(t)
      const [one, other] = [join(folder, 'one'), join(folder, 'other')]
      await writeFile(one, 'one')
      await writeFile(other, 'other')
      await using session = await SparkSession.open({ address: server.address })
      await session.addArtifact({ name: 'files/taken', path: one })
      await session.addArtifact({ name: 'files/taken', path: one })
      const code = (code: string) => ({ code })
      await assert.rejects(
        session.addArtifact({ name: 'files/taken', path: other }),
        code('artifact_conflict'),
      )
      await assert.rejects(
        session.addArtifact({ name: 'files/x', path: join(folder, 'no') }),
        code('artifact_missing'),
      )
      await assert.rejects(session.addArtifact({ name: 'files/x', path: folder }), code('artifact_missing'))
      for (const name of ['x', 'files/', 'files/../x', '/files/x', 'classes/x', 'files/a\\b']) {
        await assert.rejects(session.addArtifact({ name, path: one }), code('bad_artifact'))
      }
      const signal = AbortSignal.abort(new Error('not now'))
      await assert.rejects(session.addArtifact({ name: 'files/later', path: one, signal }), /not now/)
    })
  })
}

function proxyFor({ address }: TestSpark) {
  return startTcpProxy('socketPath' in address ? { path: address.socketPath } : address)
}
