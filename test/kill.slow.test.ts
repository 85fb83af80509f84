import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { killCommands } from './support/killCommands.ts'
import { setScene } from './support/killing.ts'

test('of 96 kills at random moments none loses a row or leaves one twice', async t => {
  const scene = await setScene({ after })
  const seed = Number(process.env.SEED ?? Date.now() % 100_000)
  const { kills } = await killCommands({ scene, jobs: 8, killsEach: 3, seed })
  t.diagnostic(`${kills} commands were killed before they ended (SEED=${seed})`)
  assert.ok(kills >= 60, `only ${kills} of 96 kills came in time (SEED=${seed})`)
})
