import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { featureOf, findJava, javaVersion } from '../../../../engines/spark/setup/findJava.ts'
import { type Scope, temporaryFolder } from '../../../support/temporaryFolder.ts'
import { writeProgram } from '../../../support/writeProgram.ts'

/** A JAVA_HOME whose java says this of its version. */
async function javaThatSays(t: Scope, version: string): Promise<NodeJS.ProcessEnv> {
  const home = await temporaryFolder(t)
  await mkdir(join(home, 'bin'))
  await writeProgram(join(home, 'bin', 'java'), `echo 'openjdk version "${version}" 2024-01-01' >&2`)
  return { ...process.env, JAVA_HOME: home }
}

test('the Java of JAVA_HOME is taken', async t => {
  const environment = await javaThatSays(t, '17.0.15')
  const java = await findJava({ line: '4.0', environment })
  assert.deepEqual(java, {
    program: join(environment.JAVA_HOME ?? '', 'bin', 'java'),
    version: '17.0.15',
    feature: 17,
  })
})

test('a Java that is too old for Spark is refused, naming it and what is needed', async t => {
  for (const version of ['1.8.0_392', '11.0.2', '16']) {
    const environment = await javaThatSays(t, version)
    await assert.rejects(findJava({ line: '4.0', environment }), {
      code: 'java_too_old',
      message: new RegExp(version.replaceAll('.', '\\.')),
      hint: /Java 17 to 21/,
    })
  }
})

test('a Java that is too new for Spark is refused', async t => {
  const environment = await javaThatSays(t, '25')
  await assert.rejects(findJava({ line: '4.0', environment }), { code: 'java_too_new' })
  const between = await javaThatSays(t, '21.0.1')
  assert.equal((await findJava({ line: '4.0', environment: between })).feature, 21)
  await assert.rejects(findJava({ line: '3.5', environment: between }), {
    code: 'java_too_new',
    hint: /needs Java 17:/,
  })
})

test('where there is no Java it says where it looked', async t => {
  const nothing = await temporaryFolder(t)
  await assert.rejects(findJava({ line: '4.0', environment: { PATH: nothing } }), {
    code: 'java_missing',
    message: /no java on PATH/,
    hint: /JAVA_HOME/,
  })
  await assert.rejects(findJava({ line: '4.0', environment: { ...process.env, JAVA_HOME: nothing } }), {
    code: 'java_missing',
    message: /JAVA_HOME is /,
  })
})

test('versions are read as Java writes them', () => {
  assert.equal(javaVersion('java version "1.8.0_202"\nJava(TM) SE'), '1.8.0_202')
  assert.equal(javaVersion('no Java'), undefined)
  const features = { '1.8.0_392': 8, '9': 9, '17.0.15': 17, '21-ea': 21, '24.0.1+9': 24 }
  for (const [version, feature] of Object.entries(features)) assert.equal(featureOf(version), feature)
})
