import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { parseProperties } from '../../../../engines/spark/server/parseProperties.ts'
import { propertiesText } from '../../../../engines/spark/server/propertiesText.ts'

test('settings as EMR and people write them: with blanks, equals signs and colons, comments, and lines that go on', () => {
  const text = `# comment
spark.master                     yarn
spark.driver.extraClassPath      /usr/lib/hadoop/*:/etc/conf
spark.a=1
! another
spark.b : two words \\
   and more
spark.driver.extraJavaOptions -XX:OnOutOfMemoryError='kill -9 %p'
spark.empty
`
  assert.deepEqual(parseProperties(text), {
    'spark.master': 'yarn',
    'spark.driver.extraClassPath': '/usr/lib/hadoop/*:/etc/conf',
    'spark.a': '1',
    'spark.b': 'two words and more',
    'spark.driver.extraJavaOptions': "-XX:OnOutOfMemoryError='kill -9 %p'",
    'spark.empty': '',
  })
})

test('what is written as properties is read back, but for blanks at the ends of values', () => {
  const key = fc.string({ minLength: 1, unit: 'grapheme-ascii' }).map(text => `spark.${text}`)
  fc.assert(
    fc.property(fc.dictionary(key, fc.string()), settings => {
      const trimmed = Object.entries(settings).map(([name, value]) => [name, value.trim()])
      assert.deepEqual(parseProperties(propertiesText(settings)), Object.fromEntries(trimmed))
    }),
  )
})
