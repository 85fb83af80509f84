import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LogTail } from '../../../emr/watch/LogTail.ts'

test('each line comes once when it is whole, and what is left of the last at the end', () => {
  const tail = new LogTail()
  assert.deepEqual(tail.next(''), [])
  assert.deepEqual(tail.next('a\nb'), ['a'])
  assert.deepEqual(tail.next('a\nb\nc\n'), ['b', 'c'])
  assert.deepEqual(tail.next('a\nb\nc\n'), [])
  assert.deepEqual(tail.next('a\nb\nc\nd'), [])
  assert.deepEqual(tail.end(), ['d'])
  assert.deepEqual(tail.end(), [])
})

test('what has gone from the beginning, even of a line, hides nothing', () => {
  const tail = new LogTail()
  tail.next('one\ntwo\nthree\n')
  assert.deepEqual(tail.next('wo\nthree\nfour\n'), ['four'])
  assert.deepEqual(tail.next('four\nfive\nsix\n'), ['five', 'six'])
})

test('where lines were missed it says so', () => {
  const tail = new LogTail()
  tail.next('one\ntwo\n')
  assert.deepEqual(tail.next('eight\nnine\n'), ['...', 'eight', 'nine'])
})

test('any log that keeps enough of its end is told whole', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.stringMatching(/^[a-c ]{0,3}$/), { maxLength: 5 }), { maxLength: 8 }),
      fc.integer({ min: 200, max: 400 }),
      (portions, characters) => {
        const tail = new LogTail()
        const numbered = portions.map((lines, portion) => lines.map((line, at) => `${portion}.${at} ${line}`))
        let log = ''
        const told = numbered.flatMap(lines => {
          log = (log + lines.map(line => `${line}\n`).join('')).slice(-characters)
          return tail.next(log)
        })
        assert.deepEqual([...told, ...tail.end()], numbered.flat())
      },
    ),
  )
})
