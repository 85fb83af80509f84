import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HubError } from '../../base/HubError.ts'
import { getNamedQuery, parseNamedQuery, queryParameters } from '../../sql/namedQueries.ts'

const query = parseNamedQuery(
  'near',
  '-- One row is an image.\n-- The nearest first.\n-- $id text: the image\n-- $limit integer = 20: rows at most\n-- $above number = 0.5: cosine: at least\n-- $label text = null: a class\n\nSELECT 1;\n',
)

const refused = (code: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof HubError)
  assert.equal(error.code, code)
  assert.equal(error.fault, 'user')
  assert.match(`${error.message}: ${error.hint}`, message)
  return true
}

describe('parseNamedQuery', () => {
  it('reads what a row is, the parameters with type and default, and the statement', () => {
    assert.deepEqual(query, {
      name: 'near',
      doc: 'One row is an image.\nThe nearest first.',
      parameters: [
        { name: 'id', type: 'text', doc: 'the image' },
        { name: 'limit', type: 'integer', default: 20, doc: 'rows at most' },
        { name: 'above', type: 'number', default: 0.5, doc: 'cosine: at least' },
        { name: 'label', type: 'text', default: null, doc: 'a class' },
      ],
      sql: 'SELECT 1',
    })
  })

  it('refuses a parameter line that it cannot read', () => {
    assert.throws(() => parseNamedQuery('x', '-- $id string: what\nSELECT 1'), /sql\/queries\/x\.sql/)
  })
})

describe('queryParameters', () => {
  it('fills in defaults and turns the text of a command line into numbers', () => {
    assert.deepEqual(queryParameters(query, { id: 'a', limit: '5' }), {
      id: 'a',
      limit: 5,
      above: 0.5,
      label: null,
    })
  })

  it('names the parameters there are when one is unknown, missing or of the wrong type', () => {
    assert.throws(
      () => queryParameters(query, { id: 'a', top: 3 }),
      refused('unknown_parameter', /top.*id \(text.*limit \(integer = 20/),
    )
    assert.throws(() => queryParameters(query, {}), refused('missing_parameter', /needs a value for id/))
    assert.throws(
      () => queryParameters(query, { id: 'a', limit: 'many' }),
      refused('bad_parameter', /limit = many is not a whole number/),
    )
    assert.throws(
      () => queryParameters(query, { id: 'a', limit: '' }),
      refused('bad_parameter', /whole number/),
    )
    assert.throws(
      () => queryParameters(query, { id: 'a', limit: 1.5 }),
      refused('bad_parameter', /whole number/),
    )
  })
})

it('an unknown query, or a path in place of a name, is refused with the names there are', () => {
  for (const name of ['nearest', '../views/labels', ''])
    assert.throws(() => getNamedQuery(name), refused('unknown_query', /nearest_images/))
})
