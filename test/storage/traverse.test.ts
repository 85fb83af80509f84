import assert from 'node:assert/strict'
import test from 'node:test'
import { traverse } from '../../storage/traverse.ts'

test('every node of a wide and deep tree is visited once, never more at once than allowed', async () => {
  let running = 0
  let most = 0
  const visits = traverse<string, string>({
    start: '',
    concurrency: 5,
    async visit(node, { emit, spawn }) {
      running += 1
      most = Math.max(most, running)
      await emit([node])
      await new Promise(resolve => setImmediate(resolve))
      running -= 1
      if (node.length < 4) for (const digit of '0123456789') await spawn(node + digit)
    },
  })
  const seen = await Array.fromAsync(visits)
  assert.equal(seen.length, 11_111)
  assert.equal(new Set(seen).size, 11_111)
  assert.equal(most, 5)
})

test('visits wait for a slow reader', async () => {
  let emitted = 0
  const visits = traverse<number, number>({
    start: 0,
    concurrency: 3,
    async visit(_, { emit }) {
      for (let i = 0; i < 100; i += 1) {
        emitted += 1
        await emit([i])
      }
    },
  })
  for await (const i of visits) {
    await new Promise(resolve => setImmediate(resolve))
    assert.ok(emitted - i <= 6, `${emitted} emitted when ${i} was read`)
  }
  assert.equal(emitted, 100)
})

test('the first failure ends the walk, and every visit is told', async () => {
  const told: unknown[] = []
  const failure = new Error('broken')
  const visits = traverse<number, number>({
    start: 0,
    concurrency: 4,
    async visit(node, { spawn, signal }) {
      if (node === 0) for (const next of [1, 2, 3]) await spawn(next)
      else if (node === 3) throw failure
      else
        await new Promise<void>(resolve =>
          signal.addEventListener('abort', () => resolve(void told.push(node))),
        )
    },
  })
  await assert.rejects(Array.fromAsync(visits), failure)
  assert.deepEqual(told.sort(), [1, 2])
})

test('a reader that leaves ends the visits', async () => {
  let ended = false
  const visits = traverse<number, number>({
    start: 0,
    concurrency: 1,
    async visit(_, { emit }) {
      try {
        for (let i = 0; ; i += 1) await emit([i])
      } finally {
        ended = true
      }
    },
  })
  for await (const i of visits) if (i === 10) break
  assert.equal(ended, true)
})
