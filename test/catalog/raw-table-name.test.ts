import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rawTableName } from '../../src/catalog/raw-table-name.ts'

describe('rawTableName', () => {
  it.each([
    ['public', 'users', 'public_raw__stream_users'],
    ['public__ab', 'abab_users', 'public__ab_raw___stream_abab_users'],
    ['a_', '_b', 'a__raw___stream__b'],
    ['', '', '_raw__stream_'],
    ['a____', 'b', 'a_____raw_____stream_b'],
    ['Straße', 'été', 'Straße_raw__stream_été'],
  ])('of %j and %j is %j', (namespace, name, expected) => {
    expect(rawTableName(namespace, name)).toBe(expected)
  })

  it('differs for different pairs, however they try to look like a separator', () => {
    const part = fc.string({ unit: fc.constantFrom('_', 'a', '_raw', '_stream_', '__'), maxLength: 6 })
    fc.assert(
      fc.property(part, part, part, part, (namespace, name, otherNamespace, otherName) => {
        fc.pre(namespace !== otherNamespace || name !== otherName)
        expect(rawTableName(namespace, name)).not.toBe(rawTableName(otherNamespace, otherName))
      }),
      { numRuns: 2000 },
    )
  })
})
