import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { findMaven } from '../../../../engines/spark/setup/findMaven.ts'
import { type Scope, temporaryFolder } from '../../../support/temporaryFolder.ts'
import { writeProgram } from '../../../support/writeProgram.ts'

async function mavenThatSays(t: Scope, text: string): Promise<NodeJS.ProcessEnv> {
  const folder = await temporaryFolder(t)
  await writeProgram(join(folder, 'mvn'), `echo '${text}'`)
  return { PATH: `${folder}:${process.env.PATH}` }
}

test('a Maven that can copy the jars is found', async t => {
  for (const version of ['3.6.3', '3.8.7', '3.10.0', '4.0.0'])
    assert.equal(await findMaven(await mavenThatSays(t, `Apache Maven ${version} (abc)`)), version)
})

test('an older one is refused', async t => {
  for (const version of ['3.6.2', '3.5.9', '2.2.1'])
    await assert.rejects(findMaven(await mavenThatSays(t, `Apache Maven ${version}`)), {
      code: 'maven_too_old',
      message: new RegExp(version),
      hint: /3\.6\.3 or newer/,
    })
})

test('where there is none it says what is needed', async t => {
  const nothing = await temporaryFolder(t)
  await assert.rejects(findMaven({ PATH: nothing }), { code: 'maven_missing', hint: /Maven 3\.6\.3/ })
  await assert.rejects(findMaven(await mavenThatSays(t, 'hello')), { code: 'maven_missing' })
})
