import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hideSecrets } from '../../../../engines/spark/server/hideSecrets.ts'
import { parseMaster } from '../../../../engines/spark/server/parseMaster.ts'
import { checkConf, serverConf } from '../../../../engines/spark/server/serverConf.ts'

function confOf(master: string, conf: Readonly<Record<string, string>> = {}) {
  return serverConf({ master: parseMaster(master), conf, port: 0, driverMemory: '1g', folder: '/tmp/x' })
}

test('settings that Spark would ignore, or that an option gives, are refused', () => {
  checkConf({ 'spark.sql.shuffle.partitions': '4' })
  for (const key of ['sql.shuffle.partitions', 'spark.', 'spark.a b', 'spark.a\nb', ''])
    assert.throws(() => checkConf({ [key]: '1' }), { code: 'bad_spark_conf' })
  assert.throws(() => checkConf({ 'spark.master': 'local' }), {
    code: 'bad_spark_conf',
    hint: 'set master instead',
  })
  assert.throws(() => checkConf({ 'spark.connect.authenticate.token': 'x' }), { code: 'bad_spark_conf' })
})

test('what the caller sets goes before what is set for them', () => {
  assert.equal(confOf('local[2]')['spark.ui.enabled'], 'false')
  assert.equal(confOf('local[2]', { 'spark.ui.enabled': 'true' })['spark.ui.enabled'], 'true')
})

test('the driver listens on loopback where all executors are on this machine', () => {
  for (const master of ['local[2]', 'spark://127.0.0.1:7077', 'spark://localhost:7077'])
    assert.equal(confOf(master)['spark.driver.bindAddress'], '127.0.0.1', master)
  for (const master of ['yarn', 'spark://localhost:7077,other:7077'])
    assert.equal(confOf(master)['spark.driver.bindAddress'], undefined, master)
})

test('secrets do not get into messages', () => {
  const settings = {
    'spark.hadoop.fs.s3a.secret.key': 'topsecret',
    'spark.hadoop.fs.s3a.access.key': 'AKIA123',
    'spark.app.name': 'imagehub',
  }
  assert.equal(
    hideSecrets('imagehub failed with topsecret, AKIA123 and topsecret', settings),
    'imagehub failed with ***, *** and ***',
  )
})
