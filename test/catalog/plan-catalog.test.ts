import { describe, expect, it } from 'vitest'
import { identityNaming } from '../../src/catalog/identity-naming.ts'
import { planCatalog, planPlainStreams } from '../../src/catalog/plan-catalog.ts'
import type { StreamConfig } from '../../src/catalog/stream-config.ts'
import { type ConfiguredStream, parseCatalog } from '../../src/protocol/parse-catalog.ts'
import { configuredStream, createNaming, errorOf, json } from './support.ts'

const options = { naming: createNaming(), defaultNamespace: 'public', rawNamespace: 'airbyte_internal' }

function planOne(parts: Partial<ConfiguredStream>): StreamConfig | undefined {
  return planCatalog({ streams: [configuredStream(parts)] }, options).streams[0]
}

describe('planCatalog', () => {
  it('says everything about a stream in the names of the warehouse', () => {
    const { streams, notes } = planCatalog({ streams: [configuredStream()] }, options)
    expect(notes).toEqual([])
    expect(streams).toEqual([
      {
        index: 0,
        descriptor: { name: 'users', namespace: 'public' },
        id: {
          finalNamespace: 'public',
          finalName: 'users',
          rawNamespace: 'airbyte_internal',
          rawName: 'public_raw__stream_users',
          originalNamespace: 'public',
          originalName: 'users',
        },
        postImportAction: 'append',
        columns: [
          { id: { name: 'id', originalName: 'id', canonicalName: 'id' }, type: { type: 'integer' } },
          { id: { name: 'name', originalName: 'name', canonicalName: 'name' }, type: { type: 'string' } },
        ],
        primaryKey: [],
        cursor: undefined,
        generationId: 1n,
        minimumGenerationId: 0n,
        syncId: 7n,
        hasGenerations: true,
        isTruncate: false,
      },
    ])
  })

  it('plans what parseCatalog read', () => {
    const catalog = parseCatalog(
      '{"streams":[{"stream":{"name":"s","json_schema":{"type":["null","object"],"properties":{"2":{"type":"string"},' +
        '"1":{"type":"integer"}}}},"destination_sync_mode":"append_dedup","primary_key":[["1"]],"cursor_field":["2"]}]}',
    )
    const [stream] = planCatalog(catalog, options).streams
    expect(stream?.descriptor).toEqual({ name: 's' })
    expect(stream?.id.rawName).toBe('public_raw__stream_s')
    expect(stream?.columns.map(({ id, type }) => [id.name, type.type])).toEqual([
      ['2', 'string'],
      ['1', 'integer'],
    ])
    expect(stream?.primaryKey.map(({ name }) => name)).toEqual(['1'])
    expect(stream?.cursor?.name).toBe('2')
  })

  it('numbers the streams and notes renames of tables and columns', () => {
    const jsonSchema = json({ type: 'object', properties: { a: {}, á: {} } })
    const streams = ['foo_bar', 'foo bar'].map((name) =>
      configuredStream({ descriptor: { name, namespace: 'public' }, jsonSchema }),
    )
    const plan = planCatalog({ streams }, options)
    expect(plan.streams.map(({ index }) => index)).toEqual([0, 1])
    expect(plan.notes).toEqual([
      expect.stringContaining('`á` of the stream `public.foo_bar`'),
      expect.stringContaining('The stream `public.foo bar` is written to the table `foo_bar_aef`'),
      expect.stringContaining('`á` of the stream `public.foo bar`'),
    ])
  })

  it.each([
    [{}, true],
    [{ anyOf: [{ type: 'integer' }, { type: 'null' }] }, true],
    [{ type: 'object' }, true],
    [{ type: ['null', 'integer'] }, false],
    [{ type: 'string' }, false],
  ])('warns where a cursor of the type %j would be compared as text: %s', (type, isNoted) => {
    const jsonSchema = json({ type: 'object', properties: { id: { type: 'integer' }, at: type } })
    const stream = (destinationSyncMode: 'append' | 'append_dedup') =>
      configuredStream({ jsonSchema, destinationSyncMode, primaryKey: [['id']], cursorField: ['at'] })
    const notes = [expect.stringContaining('The cursor `at` of the stream `public.users` has no type')]
    expect(planCatalog({ streams: [stream('append_dedup')] }, options).notes).toEqual(isNoted ? notes : [])
    expect(planCatalog({ streams: [stream('append')] }, options).notes).toEqual([])
  })

  it('keeps the names that the caller reserves', () => {
    const jsonSchema = json({ type: 'object', properties: { loaded: {}, _airbyte_meta: {} } })
    const catalog = { streams: [configuredStream({ jsonSchema })] }
    const names = (reservedColumns?: readonly string[]) =>
      planCatalog(catalog, { ...options, ...(reservedColumns && { reservedColumns }) }).streams.flatMap(
        ({ columns }) => columns.map(({ id }) => id.name),
      )
    expect(names()).toEqual(['loaded', '_airbyte_meta_1'])
    expect(names(['loaded'])).toEqual(['loaded_1', '_airbyte_meta'])
  })

  it('names the stream whose schema has no columns', () => {
    const error = errorOf(() => planOne({ jsonSchema: json({ type: 'string' }) }))
    expect(error).toMatchObject({ code: 'CATALOG_INVALID', stream: { name: 'users', namespace: 'public' } })
  })
})

describe('generations', () => {
  const none = { generationId: undefined, minimumGenerationId: undefined, syncId: undefined }
  const ids = (generationId: bigint, minimumGenerationId: bigint) => ({ generationId, minimumGenerationId })

  it.each<readonly [string, Partial<ConfiguredStream>, Partial<StreamConfig>]>([
    ['(0, 0) keeps rows', ids(0n, 0n), { hasGenerations: true, isTruncate: false }],
    ['(0, 5) keeps rows', ids(5n, 0n), { hasGenerations: true, isTruncate: false, generationId: 5n }],
    [
      '(5, 5) replaces rows',
      ids(5n, 5n),
      { hasGenerations: true, isTruncate: true, generationId: 5n, minimumGenerationId: 5n },
    ],
    [
      '(0, 5) keeps rows, also for overwrite',
      { ...ids(5n, 0n), destinationSyncMode: 'overwrite' },
      { isTruncate: false, postImportAction: 'append' },
    ],
    [
      'no ids: 0 stands for all of them',
      none,
      { hasGenerations: false, isTruncate: false, generationId: 0n, minimumGenerationId: 0n, syncId: 0n },
    ],
    [
      'no ids, overwrite: replaces rows',
      { ...none, destinationSyncMode: 'overwrite' },
      { hasGenerations: false, isTruncate: true, postImportAction: 'append' },
    ],
    [
      'no ids, append_dedup: keeps rows',
      { ...none, destinationSyncMode: 'append_dedup', primaryKey: [['id']] },
      { hasGenerations: false, isTruncate: false, postImportAction: 'dedupe' },
    ],
    [
      'no ids, overwrite_dedup: replaces rows',
      { ...none, destinationSyncMode: 'overwrite_dedup', primaryKey: [['id']] },
      { hasGenerations: false, isTruncate: true, postImportAction: 'dedupe' },
    ],
    ['ids without a sync id', { ...ids(5n, 5n), syncId: undefined }, { isTruncate: true, syncId: 0n }],
  ])('%s', (_title, parts, expected) => {
    expect(planOne(parts)).toMatchObject(expected)
  })
})

describe('primary key and cursor', () => {
  const dedup = { destinationSyncMode: 'append_dedup', primaryKey: [['id']] } as const

  it('are the columns of the fields', () => {
    const stream = planOne({ ...dedup, primaryKey: [['name'], ['id']], cursorField: ['name'] })
    expect(stream?.primaryKey.map(({ name }) => name)).toEqual(['name', 'id'])
    expect(stream?.cursor?.name).toBe('name')
  })

  it('follow a field that was renamed, by its key in the record', () => {
    const jsonSchema = json({ type: 'object', properties: { 'a b': {}, 'a-b': {}, _airbyte_raw_id: {} } })
    const stream = planOne({ ...dedup, jsonSchema, primaryKey: [['a-b']], cursorField: ['_airbyte_raw_id'] })
    expect(stream?.primaryKey).toEqual([{ name: 'a_b_1', originalName: 'a-b', canonicalName: 'a_b_1' }])
    expect(stream?.cursor?.name).toBe('_airbyte_raw_id_1')
  })

  it('name each column once', () => {
    expect(planOne({ ...dedup, primaryKey: [['id'], ['name'], ['id']] })?.primaryKey).toHaveLength(2)
  })

  it('may have no cursor', () => {
    expect(planOne(dedup)?.cursor).toBeUndefined()
  })

  it.each<readonly [string, Partial<ConfiguredStream>, readonly string[]]>([
    ['no primary key', { primaryKey: [] }, ['no primary key']],
    [
      'no primary key for overwrite_dedup',
      { destinationSyncMode: 'overwrite_dedup', primaryKey: [] },
      ['no primary key'],
    ],
    ['a nested primary key', { primaryKey: [['id'], ['address', 'city']] }, ['nested', '`address.city`']],
    ['an empty path', { primaryKey: [[]] }, ['primary key']],
    ['a primary key that is no field', { primaryKey: [['uuid']] }, ['primary key `uuid`', 'not among']],
    ['a primary key in another case', { primaryKey: [['ID']] }, ['primary key `ID`', 'not among']],
    ['a nested cursor', { cursorField: ['meta', 'at'] }, ['nested cursor', '`meta.at`']],
    ['a cursor that is no field', { cursorField: ['at'] }, ['cursor `at`', 'not among']],
  ])('cannot be %s', (_title, parts, expected) => {
    const error = errorOf(() => planOne({ ...dedup, ...parts }))
    expect(error).toMatchObject({ code: 'CATALOG_INVALID', stream: { name: 'users', namespace: 'public' } })
    for (const text of ['`public.users`', 'in the connection.', ...expected]) {
      expect(error.message).toContain(text)
    }
  })

  it.each<readonly [string, readonly string[], string | undefined]>([
    ['a field', ['name'], 'name'],
    ['no field', ['at'], undefined],
    ['nested', ['meta', 'at'], undefined],
    ['empty', [], undefined],
  ])('do not matter to a stream that appends: the cursor is %s', (_title, cursorField, expected) => {
    const stream = planOne({ cursorField, primaryKey: [['address', 'city'], ['uuid']] })
    expect(stream?.primaryKey).toEqual([])
    expect(stream?.cursor?.name).toBe(expected)
  })
})

describe('planPlainStreams', () => {
  it('keeps every name as the catalog has it', () => {
    const names = ['', '_airbyte_meta', 'a b', 'a-b', 'x'.repeat(500)]
    const jsonSchema = json({
      type: 'object',
      properties: Object.fromEntries(names.map((name) => [name, {}])),
    })
    const [stream] = planPlainStreams({
      streams: [configuredStream({ descriptor: { name: 'Ünï çode', namespace: 'n s' }, jsonSchema })],
    })
    expect(stream?.columns.map(({ id }) => id)).toEqual(
      names.map((name) => ({ name, originalName: name, canonicalName: name })),
    )
    expect(stream?.id).toEqual({
      finalNamespace: 'n s',
      finalName: 'Ünï çode',
      rawNamespace: 'n s',
      rawName: 'Ünï çode',
      originalNamespace: 'n s',
      originalName: 'Ünï çode',
    })
  })

  it('leaves the namespace empty where there is none, and applies the rules of keys and generations', () => {
    const descriptor = { name: 'users' }
    const [stream] = planPlainStreams({
      streams: [
        configuredStream({
          descriptor,
          destinationSyncMode: 'append_dedup',
          primaryKey: [['id']],
          generationId: 3n,
          minimumGenerationId: 3n,
        }),
      ],
    })
    expect(stream).toMatchObject({ descriptor, postImportAction: 'dedupe', isTruncate: true })
    expect(stream?.id.finalNamespace).toBe('')
    expect(stream?.primaryKey.map(({ name }) => name)).toEqual(['id'])
  })
})

describe('identityNaming', () => {
  it('changes no name and has no limits', () => {
    const { finalNamespace, finalName, rawNamespace, rawName, columnName } = identityNaming
    for (const rule of [finalNamespace, finalName, rawNamespace, rawName]) expect(rule('É " x')).toBe('É " x')
    expect(columnName('É', '_1')).toEqual({ name: 'É_1', canonicalName: 'É_1' })
    expect(identityNaming.maxIdentifierBytes).toBe(Number.POSITIVE_INFINITY)
    expect(identityNaming.maxColumns).toBe(Number.POSITIVE_INFINITY)
  })
})
