import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AirbyteType } from '../../src/catalog/airbyte-type.ts'
import { finalMetaColumns } from '../../src/catalog/meta-columns.ts'
import type { NamingRules } from '../../src/catalog/naming.ts'
import { planColumns } from '../../src/catalog/plan-columns.ts'
import { DestinationError } from '../../src/errors.ts'
import { createNaming, errorOf } from './support.ts'

const stream = { name: 'users', namespace: 'public' }
const lowerCase = (name: string) => name.toLowerCase()

function plan(keys: readonly string[], naming: NamingRules, reserved: readonly string[] = finalMetaColumns) {
  const types = new Map(keys.map((key): [string, AirbyteType] => [key, { type: 'string' }]))
  return planColumns(types, { naming, reserved, stream })
}

function namesOf(keys: readonly string[], naming: NamingRules): readonly string[] {
  return plan(keys, naming).columns.map((column) => column.id.name)
}

/** The message of the error, where the columns are refused. */
function namesOrRefusal(act: () => readonly string[]): readonly string[] | string {
  try {
    return act()
  } catch (error) {
    if (DestinationError.is(error)) return error.message
    throw error
  }
}

describe('planColumns', () => {
  const caseSensitive = createNaming()
  const caseInsensitive = createNaming({ fold: lowerCase })
  const upperCase = createNaming({ spell: (text) => text.toUpperCase() })
  const lower = createNaming({ spell: lowerCase })

  it.each<readonly [string, readonly string[], NamingRules, readonly string[]]>([
    ['keeps plain names', ['b', 'a', 'Ä'], caseSensitive, ['b', 'a', 'A']],
    ['keeps two spellings apart', ['ID', 'id'], caseSensitive, ['ID', 'id']],
    ['folds to upper case', ['ID', 'id'], upperCase, ['ID', 'ID_1']],
    ['folds to lower case', ['ID', 'id'], lower, ['id', 'id_1']],
    ['compares without case', ['ID', 'id', 'Id'], caseInsensitive, ['ID', 'id_1', 'Id_2']],
    [
      'numbers what sanitising makes equal',
      ['a b', 'a-b', 'a.b', 'a_b'],
      caseSensitive,
      ['a_b', 'a_b_1', 'a_b_2', 'a_b_3'],
    ],
    ['goes on where a field has the number already', ['a', 'a_1', 'á'], caseSensitive, ['a', 'a_1', 'a_2']],
    ['renames a field whose name another got', ['a', 'á', 'a_1'], caseSensitive, ['a', 'a_1', 'a_1_1']],
    ['numbers what sanitising makes empty', ['', '\u0301'], caseSensitive, ['_1', '_2']],
  ])('%s', (_title, keys, naming, expected) => {
    expect(namesOf(keys, naming)).toEqual(expected)
  })

  it('numbers as many as there are', () => {
    const keys = Array.from({ length: 200 }, (_, index) => `a${String.fromCodePoint(0x4e00 + index)}`)
    const expected = keys.map((_, index) => (index === 0 ? 'a_' : `a__${index}`))
    expect(namesOf(keys, caseSensitive)).toEqual(expected)
  })

  it('keeps the key, the type and the canonical name of each column', () => {
    const types = new Map<string, AirbyteType>([
      ['ID', { type: 'integer' }],
      ['id', { type: 'string' }],
    ])
    const { columns } = planColumns(types, { naming: caseInsensitive, reserved: [], stream })
    expect(columns).toEqual([
      { id: { name: 'ID', originalName: 'ID', canonicalName: 'id' }, type: { type: 'integer' } },
      { id: { name: 'id_1', originalName: 'id', canonicalName: 'id_1' }, type: { type: 'string' } },
    ])
  })

  it('notes each rename and its reason, and nothing else', () => {
    expect(plan(['id', 'a b', 'a_b', '_airbyte_meta', ''], caseSensitive).notes).toEqual([
      'The field `a_b` of the stream `public.users` is in the column `a_b_1`, because `a b` has its name.',
      'The field `_airbyte_meta` of the stream `public.users` is in the column `_airbyte_meta_1`, because `_airbyte_meta` has its name.',
      'The field `` of the stream `public.users` is in the column `_1`, because its name would be empty.',
    ])
  })
})

describe('bookkeeping columns', () => {
  it.each(finalMetaColumns)('keep their name: a field called %s gets another', (name) => {
    expect(namesOf(['id', name], createNaming())).toEqual(['id', `${name}_1`])
  })

  it('are compared as the warehouse does', () => {
    expect(namesOf(['_Airbyte_Meta'], createNaming())).toEqual(['_Airbyte_Meta'])
    expect(namesOf(['_Airbyte_Meta'], createNaming({ fold: lowerCase }))).toEqual(['_Airbyte_Meta_1'])
    expect(namesOf(['_airbyte-meta'], createNaming())).toEqual(['_airbyte_meta_1'])
  })

  it('leave the columns of raw tables to the user', () => {
    expect(namesOf(['_airbyte_data', '_airbyte_loaded_at'], createNaming())).toEqual([
      '_airbyte_data',
      '_airbyte_loaded_at',
    ])
  })

  it('may be others', () => {
    const { columns } = plan(['_etl', '_airbyte_meta'], createNaming(), ['_etl'])
    expect(columns.map((column) => column.id.name)).toEqual(['_etl_1', '_airbyte_meta'])
  })
})

describe('names that are cut', () => {
  const cutsSuffix = createNaming({ keepsSuffix: false })
  const long = 'x'.repeat(70)

  it('get a number where the warehouse keeps it', () => {
    expect(namesOf([`${long}a`, `${long}b`], createNaming())).toEqual(['x'.repeat(63), `${'x'.repeat(61)}_1`])
  })

  it('lose their middle where the warehouse would cut the number', () => {
    const [first, second] = [`${'a'.repeat(69)}b`, `${'a'.repeat(69)}c`]
    expect(namesOf([first, second], cutsSuffix)).toEqual([
      'a'.repeat(63),
      `${'a'.repeat(29)}12${'a'.repeat(28)}c`,
    ])
  })

  it('lose their middle where only the digits would be cut, without an endless loop', () => {
    const key = (last: string) => `${'a'.repeat(61)}${last}`
    expect(namesOf([key(' '), key('-'), key('.')], cutsSuffix)).toEqual([
      `${'a'.repeat(61)}_`,
      `${'a'.repeat(61)}__`,
      `${'a'.repeat(28)}6${'a'.repeat(27)}_`,
    ])
  })

  it.each([
    ['the shortened name is taken too', 63, ['-c', '.c', '_c'].map((end) => 'a'.repeat(68) + end)],
    ['a name is too short to lose its middle', 6, [`${long}1`, `${long}2`]],
  ])('are refused where %s, naming both fields', (_title, maxIdentifierBytes, keys) => {
    const naming = createNaming({ keepsSuffix: false, maxIdentifierBytes })
    const error = errorOf(() => plan(keys, naming, []))
    expect(error).toMatchObject({ code: 'CATALOG_INVALID', stream })
    expect(error.message).toContain(`\`${keys[0]}\` and \`${keys.at(-1)}\` of the stream \`public.users\``)
  })
})

describe('the number of columns', () => {
  const naming = createNaming({ maxColumns: 10 })
  const keys = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`)

  it('may reach the limit with the bookkeeping columns', () => {
    expect(plan(keys(6), naming).columns).toHaveLength(6)
  })

  it('may not exceed it', () => {
    const error = errorOf(() => plan(keys(7), naming))
    expect(error).toMatchObject({ code: 'CATALOG_INVALID', stream })
    expect(error.message).toContain('11 columns')
    expect(error.message).toContain('10')
  })
})

describe('for any keys', () => {
  const key = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: fc.constantFrom('a', 'A', '_', '1', ' ', 'é', '日'), maxLength: 12 }),
    fc.constantFrom(...finalMetaColumns, '_AIRBYTE_META', 'x'.repeat(80)),
    fc.nat(9).map((digit) => 'long '.repeat(20) + digit),
  )
  const keys = fc.uniqueArray(key, { minLength: 1, maxLength: 50 })
  const naming = fc.record({
    spell: fc.constantFrom(
      undefined,
      (text: string) => text,
      (text: string) => text.toUpperCase(),
    ),
    fold: fc.constantFrom(undefined, lowerCase),
    maxIdentifierBytes: fc.integer({ min: 12, max: 63 }),
  })

  it('columns never collide, with each other or with a bookkeeping column, and fit', () => {
    fc.assert(
      fc.property(keys, naming, (keys, { spell, fold, maxIdentifierBytes }) => {
        const rules = createNaming({
          ...(spell && { spell }),
          ...(fold && { fold }),
          maxIdentifierBytes,
        })
        const { columns } = plan(keys, rules)
        const reserved = finalMetaColumns.map((name) => rules.columnName(name).canonicalName)
        const canonical = [...new Set(reserved), ...columns.map((column) => column.id.canonicalName)]
        expect(new Set(canonical).size).toBe(canonical.length)
        expect(columns.map((column) => column.id.originalName)).toEqual(keys)
        for (const { id } of columns) {
          expect(id.name).not.toBe('')
          expect(Buffer.byteLength(id.name)).toBeLessThanOrEqual(maxIdentifierBytes)
        }
      }),
    )
  })

  it('a rule that cuts suffixes gives different columns or an error, and always ends', () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 12 }), (keys, maxIdentifierBytes) => {
        const rules = createNaming({ keepsSuffix: false, maxIdentifierBytes })
        const names = namesOrRefusal(() => namesOf(keys, rules))
        if (typeof names === 'string') expect(names).toContain('no other name is free')
        else expect(new Set(names).size).toBe(keys.length)
      }),
    )
  })

  it('columns keep their names when others are added behind them', () => {
    fc.assert(
      fc.property(keys, fc.nat(49), (keys, count) => {
        const rules = createNaming({ fold: lowerCase, maxIdentifierBytes: 20 })
        expect(namesOf(keys, rules).slice(0, count)).toEqual(namesOf(keys.slice(0, count), rules))
      }),
    )
  })
})
