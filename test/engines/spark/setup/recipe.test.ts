import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatPins, parsePins, readRecipe } from '../../../../engines/spark/setup/recipe.ts'
import { sparkLines, sparkReleases } from '../../../../engines/spark/setup/sparkLines.ts'

for (const line of sparkLines) {
  const { version, scala } = sparkReleases[line]

  test(`the jars of Spark ${version} are those of its release, with all that imagehub uses`, () => {
    const { jars, pom } = readRecipe(line)
    const names = [...jars.keys()]
    const modules = ['core', 'sql', 'connect', 'mllib']
    for (const module of modules) assert.ok(names.includes(`spark-${module}_${scala}-${version}.jar`), module)
    for (const start of [`spark-yarn_${scala}-`, 'hadoop-aws-', 'hadoop-client-runtime-', 'guava-'])
      assert.ok(
        names.some(name => name.startsWith(start)),
        start,
      )
    assert.deepEqual(
      names.filter(name => /_2\.\d\d/.test(name) && !name.includes(`_${scala}`)),
      [],
      'no jar of another Scala',
    )
    assert.match(readFileSync(pom, 'utf8'), new RegExp(`<spark.version>${version}</spark.version>`))
    for (const hash of jars.values()) assert.match(hash, /^[0-9a-f]{64}$/)
  })
}

test('a recipe names no repository', () => {
  for (const line of sparkLines) {
    const text = readFileSync(readRecipe(line).pom, 'utf8')
    assert.doesNotMatch(text, /<(repositor|pluginRepositor)/)
  }
})

test('pinned jars are read as they are written', () => {
  const hash = fc.stringMatching(/^[0-9a-f]{64}$/)
  const name = fc.stringMatching(/^[A-Za-z0-9._-]{1,40}\.jar$/)
  fc.assert(
    fc.property(fc.dictionary(name, hash), given => {
      const jars = new Map(Object.entries(given))
      assert.deepEqual(new Map([...parsePins(formatPins(jars))].sort()), new Map([...jars].sort()))
    }),
  )
})
