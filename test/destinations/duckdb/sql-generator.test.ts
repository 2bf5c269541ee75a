import fc from 'fast-check'
import { type AirbyteType, type ColumnId, type Row, type Sql, type StreamConfig, sql } from 'landfall/sdk'
import { describe, expect, it } from 'vitest'
import { DuckDbSqlGenerator } from '../../../destinations/duckdb/sql-generator.ts'
import type { DuckDbWarehouse } from '../../../destinations/duckdb/warehouse.ts'
import { SimpleBatch, type SimpleRecord } from '../../../src/destination/simple-batch.ts'
import { openTestDatabase, rawStream } from './database.ts'

const generator = new DuckDbSqlGenerator()

function id(originalName: string, name = originalName): ColumnId {
  return { name, originalName, canonicalName: name.toLowerCase() }
}

type ColumnOf = readonly [ColumnId, AirbyteType['type']]

function columns(...list: readonly ColumnOf[]): StreamConfig['columns'] {
  return list.map(([column, type]) => ({ id: column, type: typeOf(type) }))
}

function typeOf(type: AirbyteType['type']): AirbyteType {
  if (type === 'struct') return { type, properties: new Map() }
  if (type === 'array') return { type, items: { type: 'unknown' } }
  if (type === 'union' || type === 'unsupported_one_of') return { type, options: [] }
  return { type }
}

async function prepare(stream: StreamConfig, dialect = generator): Promise<DuckDbWarehouse> {
  const warehouse = await openTestDatabase()
  await warehouse.execute([
    ...dialect.createNamespace(stream.id.rawNamespace),
    ...dialect.createNamespace(stream.id.finalNamespace),
    ...dialect.createRawTable(stream, ''),
    ...dialect.indexDeletions(stream),
    ...dialect.createFinalTable(stream),
  ])
  return warehouse
}

const insert = (warehouse: DuckDbWarehouse, stream: StreamConfig, records: readonly SimpleRecord[]) =>
  warehouse.insertRaw(generator.rawTable(stream), new SimpleBatch(stream, records))

/** One sync: its records arrive, then they are typed into the table that has rows already. */
async function sync(
  warehouse: DuckDbWarehouse,
  stream: StreamConfig,
  records: readonly SimpleRecord[],
  dialect = generator,
): Promise<void> {
  await insert(warehouse, stream, records)
  await warehouse.execute(dialect.updateFinalTable(stream, 'populated'))
}

const selectFinal = (list: Sql) => sql`SELECT ${list} FROM shop.users ORDER BY ALL`

describe('keys', () => {
  const keys = [
    '',
    'a.b',
    '$.x',
    'x"y',
    "it's",
    '[0]',
    'back\\slash',
    'é 😀',
    '/a/b',
    '*',
    'new\nline',
    'nul\u0000',
    '2',
    '1',
  ]

  it('reads every key exactly, whatever is in it', async () => {
    const stream = rawStream({
      columns: columns(...keys.map((key, index): ColumnOf => [id(key, `c${index}`), 'integer'])),
    })
    const warehouse = await prepare(stream)
    const data = JSON.stringify(Object.fromEntries(keys.map((key, index) => [key, index])))
    await sync(warehouse, stream, [{ data, emittedAt: 0 }])
    const [row] = await warehouse.query(
      selectFinal(sql`* EXCLUDE (_airbyte_raw_id, _airbyte_extracted_at, _airbyte_generation_id)`),
    )
    expect(row).toEqual({
      ...Object.fromEntries(keys.map((_, index) => [`c${index}`, BigInt(index)])),
      _airbyte_meta: '{"changes":[],"sync_id":9007199254740993}',
    })
  })

  it('tells keys apart that differ only in case', async () => {
    const stream = rawStream({
      columns: columns([id('ID'), 'string'], [id('id', 'id_1'), 'string'], [id('Id', 'Id_2'), 'integer']),
    })
    const warehouse = await prepare(stream)
    await sync(warehouse, stream, [{ data: '{"id":"lower","ID":"upper","Id":"x"}', emittedAt: 0 }])
    expect(
      await warehouse.query(
        selectFinal(sql`"ID", id_1, "Id_2", _airbyte_meta->>'$.changes[0].field' AS failed`),
      ),
    ).toEqual([{ ID: 'upper', id_1: 'lower', Id_2: null, failed: 'Id' }])
  })

  it('names columns after anything that quoting allows', async () => {
    const stream = rawStream({
      columns: columns(
        [id('a', 'value_0'), 'integer'],
        [id('b', 'typed_0'), 'integer'],
        [id('c', 'fields'), 'integer'],
        [id('d', 'select'), 'integer'],
      ),
    })
    const warehouse = await prepare(stream)
    await sync(warehouse, stream, [{ data: '{"a":1,"b":2,"c":3,"d":4}', emittedAt: 0 }])
    expect(await warehouse.query(selectFinal(sql`value_0, typed_0, fields, "select"`))).toEqual([
      { value_0: 1n, typed_0: 2n, fields: 3n, select: 4n },
    ])
  })

  it('types a stream that has no columns', async () => {
    const stream = rawStream()
    const warehouse = await prepare(stream)
    await sync(warehouse, stream, [{ data: '{"a":1}', emittedAt: 0 }])
    expect(await warehouse.query(selectFinal(sql`_airbyte_generation_id AS generation`))).toEqual([
      { generation: 3n },
    ])
  })
})

describe('_airbyte_meta', () => {
  it('lists what failed in column order, then what the record brought along', async () => {
    const stream = rawStream({
      columns: columns([id('b'), 'integer'], [id("a'"), 'boolean'], [id('c'), 'string']),
    })
    const warehouse = await prepare(stream)
    const changes =
      '[{"field":"z","change":"NULLED","reason":"SOURCE_RETRIEVAL_ERROR"}, {"field":"y","change":"X","reason":"Y"}]'
    await sync(warehouse, stream, [{ data: `{"a'":1,"b":{},"c":2}`, emittedAt: 0, changes }])
    const [row] = await warehouse.query(selectFinal(sql`_airbyte_meta AS meta`))
    const failure = (field: string) =>
      `{"field":"${field}","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}`
    const brought = changes.slice(1, -1).replace('}, {', '},{')
    expect(row).toEqual({
      meta: `{"changes":[${failure('b')},${failure("a'")},${brought}],"sync_id":9007199254740993}`,
    })
  })

  it('is made whole for raw rows that have none', async () => {
    const stream = rawStream({ columns: columns([id('a'), 'integer']) })
    const warehouse = await prepare(stream)
    await insert(warehouse, stream, [
      { data: '{"a":1}', emittedAt: 0 },
      { data: '{"a":"x"}', emittedAt: 1 },
    ])
    await warehouse.execute([[sql`UPDATE raw.shop_raw__stream_users SET _airbyte_meta = NULL`]])
    await warehouse.execute(generator.updateFinalTable(stream, 'empty'))
    expect(await warehouse.query(selectFinal(sql`a, _airbyte_meta AS meta`))).toEqual([
      { a: 1n, meta: '{"changes":[],"sync_id":null}' },
      {
        a: null,
        meta: '{"changes":[{"field":"a","change":"NULLED","reason":"DESTINATION_TYPECAST_ERROR"}],"sync_id":null}',
      },
    ])
  })
})

describe('numbers in documents that the parser would change', () => {
  const number = fc.oneof(
    fc.bigInt().map(String),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
    fc
      .tuple(fc.bigInt(), fc.stringMatching(/^[0-9]{1,25}$/))
      .map(([whole, fraction]) => `${whole}.${fraction}`),
    fc
      .tuple(fc.integer(), fc.constantFrom('e', 'E'), fc.integer({ min: -500, max: 500 }))
      .map((parts) => parts.join('')),
    fc.constantFrom('-0', '-0.0', '1e400', '0.12345678901234567890'),
  )
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('1e5', ',1.23456789012345678', '":-0,"', '\\', '"'),
  )
  const { json } = fc.letrec<{ json: string; object: string; array: string }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 3 },
      number,
      text.map((value) => JSON.stringify(value)),
      fc.constantFrom('true', 'null'),
      tie('array'),
      tie('object'),
    ),
    array: fc.array(tie('json'), { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
    object: fc.dictionary(text, tie('json'), { maxKeys: 3 }).map(
      (members) =>
        `{${Object.entries(members)
          .map(([key, value]) => `${JSON.stringify(key)}:${value}`)
          .join(',')}}`,
    ),
  }))

  /** Numbers that a double holds may be spelled anew; this spells them all one way. */
  const canonical = (document: string): string =>
    document.replace(/"(?:[^"\\]|\\.)*"|-?[0-9][-+.0-9eE]*/g, (token) =>
      token.startsWith('"') ? token : spell(token),
    )

  const spell = (token: string): string => {
    const [, sign = '', whole = '', fraction = '', exponent = '0'] =
      /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(token) ?? []
    const digits = `${whole}${fraction}`.replace(/^0+/, '')
    const trimmed = digits.replace(/0+$/, '')
    return trimmed === ''
      ? `${sign}0`
      : `${sign}${trimmed}e${Number(exponent) - fraction.length + digits.length - trimmed.length}`
  }

  it('come out of typing with all their digits', async () => {
    const stream = rawStream({
      columns: columns([id('v'), 'unknown'], [id('s'), 'string'], [id('n'), 'number']),
    })
    const warehouse = await prepare(stream)
    const documents = fc.sample(json, { numRuns: 1000, seed: 20_240_229 })
    await sync(
      warehouse,
      stream,
      documents.map((document, index) => ({
        data: `{"v":${document},"s":${document},"n":0.5}`,
        emittedAt: index,
      })),
    )
    const rows = await warehouse.query(
      sql`SELECT v, s, n::VARCHAR AS n FROM shop.users ORDER BY _airbyte_extracted_at`,
    )
    expect(rows.map((row) => row.n)).toEqual(documents.map(() => '0.500000000'))
    const [asJson, asString] = [rows.map((row) => normal(row.v)), rows.map((row) => normal(row.s))]
    expect(asJson).toEqual(documents.map((document) => (document === 'null' ? null : normal(document))))
    expect(asString).toEqual(documents.map((document) => expectedString(document)))
  })

  const normal = (value: unknown) => (typeof value === 'string' ? canonical(reescape(value)) : value)

  /** Strings with one spelling for each character. */
  const reescape = (document: string) =>
    document.replace(/"(?:[^"\\]|\\.)*"/g, (token) => {
      try {
        return JSON.stringify(JSON.parse(token))
      } catch {
        return token
      }
    })

  const expectedString = (document: string): unknown => {
    if (document === 'null') return null
    return document.startsWith('"') ? normal(JSON.parse(document)) : normal(document)
  }
})

describe('deduplication', () => {
  const idColumn = id('id')
  const at = id('at')
  const deduped = (overrides: Partial<StreamConfig> = {}) =>
    rawStream({
      columns: columns([idColumn, 'integer'], [at, 'integer'], [id('v'), 'string']),
      postImportAction: 'dedupe',
      primaryKey: [idColumn],
      cursor: at,
      ...overrides,
    })
  const record = (key: unknown, cursor: unknown, v: string, emittedAt: number): SimpleRecord => ({
    data: JSON.stringify({ id: key, at: cursor, v }),
    emittedAt,
  })
  const values = (rows: readonly Row[]) => rows.map((row) => row.v)

  it.each<[string, readonly SimpleRecord[], string]>([
    ['the larger cursor', [record(1, 2, 'new', 0), record(1, 1, 'old', 9)], 'new'],
    ['a cursor over none', [record(1, 1, 'new', 0), record(1, null, 'old', 9)], 'new'],
    ['a cursor over one that is no integer', [record(1, 'x', 'old', 9), record(1, -5, 'new', 0)], 'new'],
    ['the later extraction where cursors are equal', [record(1, 1, 'new', 5), record(1, 1, 'old', 4)], 'new'],
    ['the later arrival where all is equal', [record(1, 1, 'old', 5), record(1, 1, 'new', 5)], 'new'],
  ])('keeps %s, within a batch and across syncs', async (_, records, winner) => {
    const stream = deduped()
    const within = await prepare(stream)
    await insert(within, stream, records)
    await within.execute(generator.updateFinalTable(stream, 'empty'))
    expect(values(await within.query(selectFinal(sql`v`)))).toEqual([winner])

    const merged = await prepare(stream)
    await sync(merged, stream, records)
    expect(values(await merged.query(selectFinal(sql`v`)))).toEqual([winner])

    const across = await prepare(stream)
    for (const one of records) await sync(across, stream, [one])
    expect(values(await across.query(selectFinal(sql`v`)))).toEqual([winner])
  })

  it('counts keys without a value as equal, part by part', async () => {
    const second = id('second')
    const stream = deduped({
      columns: columns([idColumn, 'integer'], [second, 'string'], [at, 'integer'], [id('v'), 'string']),
      primaryKey: [idColumn, second],
    })
    const warehouse = await prepare(stream)
    const row = (key: unknown, part: unknown, cursor: number, v: string) => ({
      data: JSON.stringify({ id: key, second: part, at: cursor, v }),
      emittedAt: cursor,
    })
    await sync(warehouse, stream, [
      row(null, 'a', 1, 'old'),
      row(null, null, 1, 'old'),
      row(1, null, 1, 'stays'),
    ])
    await sync(warehouse, stream, [row(null, 'a', 2, 'null-a'), row(null, null, 2, 'null-null')])
    expect(values(await warehouse.query(selectFinal(sql`v`)))).toEqual(['null-a', 'null-null', 'stays'])
  })

  it('types raw rows once, and all of them again in a rebuild', async () => {
    const stream = deduped()
    const warehouse = await prepare(stream)
    await sync(warehouse, stream, [record(1, 1, 'a', 1), record(2, 1, 'b', 1)])
    await warehouse.execute([[sql`UPDATE shop.users SET v = 'touched'`]])
    await sync(warehouse, stream, [record(2, 2, 'c', 2)])
    expect(values(await warehouse.query(selectFinal(sql`v`)))).toEqual(['c', 'touched'])
    await warehouse.execute(generator.rebuildFinalTable(stream, generator.finalTableColumns(stream)))
    expect(values(await warehouse.query(selectFinal(sql`v`)))).toEqual(['a', 'c'])
  })

  const deletedAt = id('_ab_cdc_deleted_at')
  const cdc = deduped({
    columns: columns(
      [idColumn, 'integer'],
      [at, 'integer'],
      [id('v'), 'string'],
      [deletedAt, 'timestamp_with_timezone'],
    ),
  })
  const deletion = (key: number, cursor: number): SimpleRecord => ({
    data: JSON.stringify({
      id: key,
      at: cursor,
      v: `deleted ${key}`,
      _ab_cdc_deleted_at: '2024-01-01T00:00:00Z',
    }),
    emittedAt: cursor,
  })

  it('removes rows that a CDC source deleted', async () => {
    const warehouse = await prepare(cdc)
    await sync(warehouse, cdc, [
      record(1, 1, 'a', 1),
      record(2, 1, 'b', 1),
      record(3, 1, 'c', 1),
      deletion(3, 2),
    ])
    await sync(warehouse, cdc, [deletion(1, 2), deletion(2, 0), deletion(4, 5)])
    expect(values(await warehouse.query(selectFinal(sql`v`)))).toEqual(['b'])
  })

  it('keeps them with soft deletion', async () => {
    const soft = new DuckDbSqlGenerator({ cdcDeletionMode: 'soft' })
    const warehouse = await prepare(cdc, soft)
    await sync(warehouse, cdc, [record(1, 1, 'a', 1), record(2, 1, 'b', 1)], soft)
    await sync(warehouse, cdc, [deletion(1, 2)], soft)
    expect(values(await warehouse.query(selectFinal(sql`v`)))).toEqual(['b', 'deleted 1'])
  })

  it('agrees with a model over many syncs', async () => {
    const event = fc.record({
      key: fc.integer({ min: 1, max: 4 }),
      cursor: fc.option(fc.integer({ min: 1, max: 3 })),
      emittedAt: fc.integer({ min: 1, max: 3 }),
      isDeleted: fc.boolean(),
    })
    const syncs = fc.array(fc.array(event, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(syncs, async (history) => {
        const soft = new DuckDbSqlGenerator({ cdcDeletionMode: 'soft' })
        const warehouse = await openTestDatabase()
        await warehouse.execute([
          ...soft.createNamespace('raw'),
          ...soft.createNamespace('shop'),
          ...soft.createRawTable(cdc, ''),
          ...soft.createFinalTable(cdc),
        ])
        const newest = new Map<number, { rank: readonly number[]; v: string }>()
        for (const [number, events] of history.entries()) {
          const records = events.map(({ key, cursor, emittedAt, isDeleted }, index) => {
            const v = `${number}-${index}`
            const rank = [cursor ?? 0, emittedAt, number, index]
            if (compare(rank, newest.get(key)?.rank ?? []) > 0) newest.set(key, { rank, v })
            const data = {
              id: key,
              at: cursor,
              v,
              _ab_cdc_deleted_at: isDeleted ? '2024-01-01T00:00:00Z' : null,
            }
            return { data: JSON.stringify(data), emittedAt }
          })
          await sync(warehouse, cdc, records, soft)
        }
        const expected = [...newest.values()].map(({ v }) => v).toSorted()
        expect(values(await warehouse.query(selectFinal(sql`v`)))).toEqual(expected)
        await warehouse[Symbol.asyncDispose]()
      }),
      { numRuns: 30 },
    )
  })

  function compare(left: readonly number[], right: readonly number[]): number {
    for (const [index, value] of left.entries()) {
      const other = right[index] ?? Number.NEGATIVE_INFINITY
      if (value !== other) return value - other
    }
    return 0
  }
})

describe('tables', () => {
  const stream = rawStream({
    columns: columns(
      ...(
        [
          'string',
          'number',
          'integer',
          'boolean',
          'timestamp_with_timezone',
          'timestamp_without_timezone',
          'time_with_timezone',
          'time_without_timezone',
          'date',
          'struct',
          'array',
          'unsupported_one_of',
          'unknown',
        ] as const
      ).map((type): ColumnOf => [id(type, `Column_${type}`), type]),
    ),
  })

  it('are described as the generator expects them', async () => {
    const warehouse = await prepare(stream)
    const [description] = await warehouse.describeTables([generator.finalTable(stream)])
    expect([...(description ?? [])]).toEqual([...generator.finalTableColumns(stream)])
    await warehouse.execute(generator.rebuildFinalTable(stream, generator.finalTableColumns(stream)))
    const [rebuilt] = await warehouse.describeTables([generator.finalTable(stream)])
    expect(rebuilt).toEqual(description)
  })

  it('take the place of each other in a truncate sync', async () => {
    const truncate = { ...stream, isTruncate: true }
    const older = { ...stream, generationId: 2n }
    const warehouse = await prepare(stream)
    const state = async (suffix: '' | '_airbyte_tmp') =>
      (await warehouse.query(generator.selectRawTableState(truncate, suffix)))[0]
    expect(await state('')).toEqual({
      is_empty: true,
      has_unprocessed: false,
      has_deletion_index: true,
      has_other_generation: false,
    })
    await sync(warehouse, older, [{ data: '{"string":"old"}', emittedAt: 0 }])
    expect(await state('')).toEqual({
      is_empty: false,
      has_unprocessed: false,
      has_deletion_index: true,
      has_other_generation: true,
    })
    expect(await warehouse.query(generator.selectFinalTableState(truncate))).toEqual([
      { is_empty: false, has_other_generation: true, is_deduplicated: true, is_marked: true },
    ])

    await warehouse.execute(generator.createRawTable(truncate, '_airbyte_tmp'))
    await warehouse.execute(generator.createRawTable(truncate, '_airbyte_tmp', { replace: true }))
    const batch = new SimpleBatch(truncate, [{ data: '{"string":"new"}', emittedAt: 1 }])
    await warehouse.insertRaw(generator.rawTable(truncate, '_airbyte_tmp'), batch)
    expect(await state('_airbyte_tmp')).toEqual({
      is_empty: false,
      has_unprocessed: true,
      has_deletion_index: true,
      has_other_generation: false,
    })
    await warehouse.execute([
      ...generator.replaceRawTable(truncate),
      ...generator.rebuildFinalTable(truncate, generator.finalTableColumns(truncate)),
    ])
    expect(await state('')).toEqual({
      is_empty: false,
      has_unprocessed: false,
      has_deletion_index: true,
      has_other_generation: false,
    })
    expect(await warehouse.query(selectFinal(sql`"Column_string" AS v`))).toEqual([{ v: 'new' }])
  })

  it('absorb what an interrupted truncate left', async () => {
    const warehouse = await prepare(stream)
    await insert(warehouse, stream, [{ data: '{"string":"a"}', emittedAt: 0 }])
    await warehouse.execute(generator.createRawTable(stream, '_airbyte_tmp'))
    await warehouse.insertRaw(
      generator.rawTable(stream, '_airbyte_tmp'),
      new SimpleBatch(stream, [{ data: '{"string":"b"}', emittedAt: 0 }]),
    )
    await warehouse.execute(generator.absorbTemporaryRawTable(stream))
    await warehouse.execute(generator.updateFinalTable(stream, 'empty'))
    expect(await warehouse.query(selectFinal(sql`"Column_string" AS v`))).toEqual([{ v: 'a' }, { v: 'b' }])
    await warehouse.execute([
      ...generator.dropTable(generator.rawTable(stream)),
      ...generator.dropTable(generator.rawTable(stream)),
      ...generator.dropTable(generator.finalTable(stream)),
      ...generator.dropNamespace('raw'),
      ...generator.dropNamespace('shop'),
    ])
    expect(await warehouse.listNamespaces(['raw', 'shop'])).toEqual(new Set())
  })
})

describe('names', () => {
  it.each([
    ['Users', 'Users'],
    ['Größe 2', 'Gro_e_2'],
    ['a.b-c', 'a_b_c'],
  ])('gives a stream %s a table %s', (name, table) => {
    expect(generator.naming.finalName(name)).toBe(table)
  })

  it('keeps the case of columns, and compares them without it', () => {
    expect(generator.naming.columnName('userId')).toEqual({ name: 'userId', canonicalName: 'userid' })
    expect(generator.naming.columnName('userID', '_1')).toEqual({
      name: 'userID_1',
      canonicalName: 'userid_1',
    })
  })
})
