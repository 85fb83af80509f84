import assert from 'node:assert/strict'
import test from 'node:test'
import { KeptResources } from '../../stages/KeptResources.ts'

function resource(log: string[], name: string) {
  return async () => {
    log.push(`open ${name}`)
    return {
      name,
      [Symbol.asyncDispose]: async () => {
        log.push(`close ${name}`)
      },
    }
  }
}

test('a resource is opened once for each key, at once or one after the other, and closed with the keeper', async () => {
  const log: string[] = []
  {
    await using kept = new KeptResources()
    const [first, second] = await Promise.all([
      kept.keep('a', resource(log, 'a')),
      kept.keep('a', resource(log, 'a')),
    ])
    assert.equal(first, second)
    assert.equal(await kept.keep('a', resource(log, 'a')), first)
    await kept.keep('b', resource(log, 'b'))
    assert.deepEqual(log, ['open a', 'open b'])
  }
  assert.deepEqual(log, ['open a', 'open b', 'close a', 'close b'])
})

test('what could not be opened is tried again, and closing goes on without it', async () => {
  const log: string[] = []
  {
    await using kept = new KeptResources()
    await assert.rejects(
      kept.keep('a', async () => {
        throw new Error('no such model')
      }),
      { message: 'no such model' },
    )
    assert.equal((await kept.keep('a', resource(log, 'a'))).name, 'a')
  }
  assert.deepEqual(log, ['open a', 'close a'])
})
