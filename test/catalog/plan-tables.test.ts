import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NamingRules } from '../../src/catalog/naming.ts'
import { createTableAllocator, type TablePlan } from '../../src/catalog/plan-tables.ts'
import type { StreamDescriptor } from '../../src/protocol/messages.ts'
import { createNaming, errorOf } from './support.ts'

type Options = { readonly naming?: NamingRules; readonly rawNamespace?: string }

function plan(streams: readonly StreamDescriptor[], options: Options = {}): readonly TablePlan[] {
  const { naming = createNaming(), rawNamespace = 'airbyte_internal' } = options
  return streams.map(createTableAllocator({ naming, rawNamespace, defaultNamespace: 'public' }))
}

function inPublic(...names: readonly string[]): readonly StreamDescriptor[] {
  return names.map((name) => ({ name, namespace: 'public' }))
}

function finalNames(streams: readonly StreamDescriptor[], options?: Options): readonly string[] {
  return plan(streams, options).map((table) => table.id.finalName)
}

describe('tables of a stream', () => {
  it('are named by the rules of the warehouse', () => {
    const [table] = plan([{ name: 'Große Tabelle', namespace: 'My Schema' }], { rawNamespace: 'Raw Data' })
    expect(table).toEqual({
      id: {
        finalNamespace: 'My_Schema',
        finalName: 'Gro_e_Tabelle',
        rawNamespace: 'raw_data',
        rawName: 'my_schema_raw__stream_gro_e_tabelle',
        originalNamespace: 'My Schema',
        originalName: 'Große Tabelle',
      },
      note: undefined,
    })
  })

  it.each([{}, { namespace: undefined }, { namespace: '' }])(
    'are in the default namespace for %j',
    (parts) => {
      const [table] = plan([{ name: 'users', ...parts }])
      expect(table?.id).toMatchObject({ finalNamespace: 'public', originalNamespace: 'public' })
      expect(table?.id.rawName).toBe('public_raw__stream_users')
    },
  )

  it('may share a name in different namespaces', () => {
    const streams = [
      { name: 'users', namespace: 'a' },
      { name: 'users', namespace: 'b' },
    ]
    expect(plan(streams).map(({ note }) => note)).toEqual([undefined, undefined])
  })
})

describe('streams that collide', () => {
  it('get the hash of the Java framework, the first one excepted', () => {
    const [first, second] = plan(inPublic('foo_bar', 'foo bar'))
    expect(first?.id.finalName).toBe('foo_bar')
    expect(second?.id).toMatchObject({
      finalName: 'foo_bar_aef',
      rawName: 'public_raw__stream_foo_bar_aef',
      originalName: 'foo bar',
      originalNamespace: 'public',
    })
  })

  it('are noted', () => {
    expect(plan(inPublic('foo_bar', 'foo bar')).map(({ note }) => note)).toEqual([
      undefined,
      'The stream `public.foo bar` is written to the table `foo_bar_aef` and the raw table ' +
        '`public_raw__stream_foo_bar_aef`, because under its plain name it would share a table with the stream `public.foo_bar`.',
    ])
  })

  it.each(['untyped', 'tmp', 'tmp_airbyte_untyped', 'rejects', 'deletions'])(
    'are seen where one has a name of the other with _airbyte_%s behind it',
    (suffix) => {
      for (const names of [
        ['users', `users_airbyte_${suffix}`],
        [`users_airbyte_${suffix}`, 'users'],
      ]) {
        const plans = plan(inPublic(...names))
        expect(plans.map(({ note }) => note === undefined)).toEqual([true, false])
      }
    },
  )

  it('are seen where only their raw tables are one', () => {
    expect(finalNames(inPublic('Users', 'users'))).toEqual([
      'Users',
      expect.stringMatching(/^users_[0-9a-f]{3}$/),
    ])
  })

  it('are seen where the warehouse compares tables without case', () => {
    const naming = {
      ...createNaming({ fold: (name) => name.toLowerCase() }),
      rawName: (name: string) => name,
    }
    expect(finalNames(inPublic('Users', 'users'), { naming })).toEqual([
      'Users',
      expect.stringMatching(/^users_[0-9a-f]{3}$/),
    ])
  })

  it('are not mistaken for each other where a name has a dot', () => {
    const naming = createNaming({ spell: (text) => text })
    const streams = [
      { name: 'b.c', namespace: 'a' },
      { name: 'c', namespace: 'a.b' },
    ]
    expect(finalNames(streams, { naming })).toEqual(['b.c', 'c'])
  })

  it('get a longer hash where namespaces that are spelled alike have the same stream', () => {
    const names = ['a b', 'a-b', 'a.b'].map((namespace) => ({ name: 'users', namespace }))
    expect(finalNames(names)).toEqual([
      'users',
      expect.stringMatching(/^users_[0-9a-f]{3}$/),
      expect.stringMatching(/^users_[0-9a-f]{8}$/),
    ])
  })

  it('are checked again once they are renamed', () => {
    expect(finalNames(inPublic('foo_bar', 'foo_bar_aef', 'foo bar'))).toEqual([
      'foo_bar',
      'foo_bar_aef',
      expect.stringMatching(/^foo_bar_[0-9a-f]{8}$/),
    ])
  })

  it.each([
    ['a', 60],
    ['日', 21],
  ])('keep the hash where names are cut: %s', (character, count) => {
    const long = character.repeat(count * 2)
    const naming = createNaming({ spell: (text) => text })
    const [first, second] = plan(inPublic(`${long}1`, `${long}2`), { naming })
    const hash = createHash('sha1').update(`public&airbyte&${long}2`).digest('hex').slice(0, 3)
    expect(first?.id.finalName.startsWith(character.repeat(count))).toBe(true)
    expect(second?.id.finalName).toMatch(new RegExp(`^${character}+_${hash}$`))
    expect(second?.id.rawName).toMatch(new RegExp(`^public_raw__stream_${character}+_${hash}$`))
    expect(Buffer.byteLength(second?.id.finalName ?? '')).toBeGreaterThan(60)
  })

  it('keep the hash where the namespace fills the name of the raw table', () => {
    const namespace = 'n'.repeat(80)
    const rawNames = plan(['a', 'b', 'c'].map((name) => ({ name, namespace }))).map(({ id }) => id.rawName)
    expect(rawNames[0]).toBe('n'.repeat(63))
    expect(rawNames[1]).toMatch(/^n{59}_[0-9a-f]{3}$/)
    expect(new Set(rawNames).size).toBe(3)
  })

  it('are found where one is called like a raw table', () => {
    const streams = inPublic('users', 'public_raw__stream_users')
    expect(finalNames(streams, { rawNamespace: 'public' })).toEqual([
      'users',
      expect.stringMatching(/^public_raw__stream_users_[0-9a-f]{3}$/),
    ])
    expect(finalNames(streams)).toEqual(['users', 'public_raw__stream_users'])
  })

  it('are found where one is called like a temporary table of another', () => {
    expect(finalNames(inPublic('users', 'users_ab_soft_reset'))[1]).toMatch(
      /^users_ab_soft_reset_[0-9a-f]{3}$/,
    )
    expect(finalNames(inPublic('users_ab_soft_reset', 'users'))[1]).toMatch(/^users_[0-9a-f]{3}$/)
  })

  it.each([
    ['a', 'a_raw--stream_'.repeat(6)],
    ['n'.repeat(80), 'n'.repeat(80)],
  ])('are one with themselves where a cut makes the raw table the final one: %s', (namespace, name) => {
    const naming = createNaming({ maxIdentifierBytes: 28 })
    const [table] = plan([{ name, namespace }], { naming, rawNamespace: namespace })
    expect(table?.id.finalName).not.toBe(table?.id.rawName)
    expect(table?.note).toContain('its final table and its raw table would be one')
  })

  it('get a name where nothing is left of theirs', () => {
    expect(finalNames(inPublic('\u0301'))).toEqual([expect.stringMatching(/^_[0-9a-f]{3}$/)])
  })

  it('are refused where no name is free, both being named', () => {
    const naming = createNaming({ maxIdentifierBytes: 3 })
    const error = errorOf(() => plan(inPublic('users1', 'users2'), { naming }))
    expect(error).toMatchObject({
      code: 'CATALOG_INVALID',
      stream: { name: 'users2', namespace: 'public' },
    })
    expect(error.message).toContain('`public.users2`')
    expect(error.message).toContain('`public.users1`')
  })

  it('are refused where their schema has no name', () => {
    const error = errorOf(() => plan([{ name: 'users', namespace: '\u0301' }]))
    expect(error.code).toBe('CATALOG_INVALID')
    expect(error.message).toContain('the name of its schema would be empty')
  })
})

describe('for any streams', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
    fc.string({ unit: fc.constantFrom('a', 'A', '_', ' ', 'é', '日', '😀'), minLength: 1, maxLength: 6 }),
    fc
      .tuple(fc.constantFrom('long name ', '日本語', '😀', 'n'), fc.nat(9))
      .map(([part, n]) => part.repeat(30) + n),
    fc.constantFrom('a', 'a_ab_soft_reset', 'a_raw__stream_a', 'a_raw__stream_a_airbyte_tmp'),
  )
  const stream = fc.record({ name: text, namespace: fc.oneof(fc.constantFrom('a', 'A', 'raw'), text) })
  const streams = fc.uniqueArray(stream, {
    minLength: 1,
    maxLength: 50,
    selector: ({ name, namespace }) => JSON.stringify([namespace, name]),
  })
  const spellings = [undefined, (name: string) => name, (name: string) => name.toUpperCase()]
  const folds = [undefined, (name: string) => name.toLowerCase()]
  const options = fc.record({
    spell: fc.constantFrom(...spellings),
    fold: fc.constantFrom(...folds),
    maxIdentifierBytes: fc.integer({ min: 24, max: 80 }),
    rawNamespace: fc.constantFrom('raw', 'a', 'airbyte_internal', 'n'.repeat(30)),
  })

  it('no two tables are one, however the warehouse spells, cuts and compares names', () => {
    fc.assert(
      fc.property(streams, options, (streams, { spell, fold, maxIdentifierBytes, rawNamespace }) => {
        const naming = createNaming({ ...(spell && { spell }), ...(fold && { fold }), maxIdentifierBytes })
        fc.pre(streams.every(({ namespace }) => naming.finalNamespace(namespace) !== ''))
        const ids = plan(streams, { naming, rawNamespace }).map(({ id }) => id)
        const compare = fold ?? ((name: string) => name)
        const tables = ids.flatMap((id) => [
          [id.finalNamespace, id.finalName],
          [id.rawNamespace, id.rawName],
        ])
        expect(new Set(tables.map((table) => JSON.stringify(table.map(compare)))).size).toBe(tables.length)
        for (const [, name = ''] of tables) {
          expect(name).not.toBe('')
          expect(Buffer.byteLength(name)).toBeLessThanOrEqual(maxIdentifierBytes)
        }
        expect(ids.map((id) => [id.originalNamespace, id.originalName])).toEqual(
          streams.map(({ namespace, name }) => [namespace, name]),
        )
      }),
      { numRuns: 300 },
    )
  })

  it('the first streams of a catalog keep their tables when others are added behind them', () => {
    fc.assert(
      fc.property(streams, fc.nat(49), (streams, count) => {
        const naming = createNaming({ spell: (name) => name, maxIdentifierBytes: 30 })
        expect(plan(streams, { naming }).slice(0, count)).toEqual(plan(streams.slice(0, count), { naming }))
      }),
    )
  })
})
