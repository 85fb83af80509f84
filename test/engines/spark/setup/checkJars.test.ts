import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkJars, hashJars } from '../../../../engines/spark/setup/checkJars.ts'
import { type Scope, temporaryFolder } from '../../../support/temporaryFolder.ts'

async function jarsOf(t: Scope, names: readonly string[]): Promise<string> {
  const folder = await temporaryFolder(t)
  for (const name of names) await writeFile(join(folder, name), `content of ${name}`)
  return folder
}

test('jars that are the pinned ones are accepted', async t => {
  const folder = await jarsOf(t, ['a.jar', 'b.jar'])
  const pinned = await hashJars(folder)
  assert.deepEqual([...pinned.keys()], ['a.jar', 'b.jar'])
  await checkJars({ folder, pinned, version: '4.0.1' })
})

test('jars that are missing, different or too many are named', async t => {
  const folder = await jarsOf(t, ['a.jar', 'b.jar', 'c.jar'])
  const pinned = await hashJars(folder)
  await rm(join(folder, 'a.jar'))
  await writeFile(join(folder, 'b.jar'), 'something else')
  await writeFile(join(folder, 'd.jar'), 'nobody asked for it')
  await assert.rejects(checkJars({ folder, pinned, version: '4.0.1' }), {
    code: 'spark_damaged',
    message:
      'the jars of Spark 4.0.1 are not those that are pinned: a.jar is missing; b.jar has another content; d.jar is not expected',
    hint: /local repository/,
  })
})

test('of many faults the first are named', async t => {
  const folder = await jarsOf(t, [])
  const pinned = new Map(Array.from({ length: 100 }, (_, number) => [`${number}.jar`, 'hash']))
  await assert.rejects(checkJars({ folder, pinned, version: '4.0.1' }), {
    message: /0\.jar is missing.* 4\.jar is missing; and 95 more$/,
  })
})
