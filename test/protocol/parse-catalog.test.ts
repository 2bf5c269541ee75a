import { describe, expect, it } from 'vitest'
import { DestinationError } from '../../src/errors.ts'
import { parseCatalog } from '../../src/protocol/parse-catalog.ts'

const users = {
  stream: { name: 'users', namespace: 'public', json_schema: { type: 'object', properties: {} } },
  sync_mode: 'incremental',
  destination_sync_mode: 'append',
}

/** The catalog text of one stream, `users` with other parts. */
function catalogOf(parts: object): string {
  return JSON.stringify({ streams: [{ ...users, ...parts }] })
}

function errorOf(text: string): DestinationError {
  try {
    parseCatalog(text)
  } catch (error) {
    if (DestinationError.is(error)) return error
    throw error
  }
  throw new Error('expected a DestinationError, but nothing was thrown')
}

describe('parseCatalog', () => {
  it('reads a stream of the platform', () => {
    const text = catalogOf({
      destination_sync_mode: 'append_dedup',
      cursor_field: ['updated_at'],
      primary_key: [['id'], ['region']],
      generation_id: 12,
      minimum_generation_id: 12,
      sync_id: 34,
    })
    expect(parseCatalog(text).streams).toEqual([
      {
        descriptor: { name: 'users', namespace: 'public' },
        jsonSchema: new Map<string, unknown>([
          ['type', 'object'],
          ['properties', new Map()],
        ]),
        destinationSyncMode: 'append_dedup',
        cursorField: ['updated_at'],
        primaryKey: [['id'], ['region']],
        generationId: 12n,
        minimumGenerationId: 12n,
        syncId: 34n,
      },
    ])
  })

  it.each([
    ['absent', {}],
    [
      'null',
      {
        cursor_field: null,
        primary_key: null,
        generation_id: null,
        minimum_generation_id: null,
        sync_id: null,
      },
    ],
  ])('fills in defaults for members that are %s', (_title, parts) => {
    expect(parseCatalog(catalogOf(parts)).streams[0]).toMatchObject({
      cursorField: [],
      primaryKey: [],
      generationId: undefined,
      minimumGenerationId: undefined,
      syncId: undefined,
    })
  })

  it.each(['append', 'overwrite', 'append_dedup', 'overwrite_dedup'])('knows the sync mode %s', (mode) => {
    expect(parseCatalog(catalogOf({ destination_sync_mode: mode })).streams[0]?.destinationSyncMode).toBe(
      mode,
    )
  })

  it('ignores members that it does not know', () => {
    const stream = { ...users.stream, supported_sync_modes: ['x'], is_resumable: true, future: { a: [1] } }
    const text = JSON.stringify({
      streams: [{ ...users, stream, include_files: true, future: 1 }],
      future: 2,
    })
    expect(parseCatalog(text).streams).toHaveLength(1)
  })

  it('keeps the order of the properties and every digit of the ids', () => {
    const text =
      '{"streams":[{"stream":{"name":"s","json_schema":{"properties":{"2":{},"b":{},"1":{}}}},' +
      '"destination_sync_mode":"append","generation_id":9223372036854775807,"minimum_generation_id":0,' +
      '"sync_id":9007199254740993}]}'
    const [stream] = parseCatalog(text).streams
    const properties = stream?.jsonSchema instanceof Map ? stream.jsonSchema.get('properties') : undefined
    expect(properties instanceof Map && [...properties.keys()]).toEqual(['2', 'b', '1'])
    expect(stream?.generationId).toBe(9223372036854775807n)
    expect(stream?.syncId).toBe(9007199254740993n)
  })

  it.each([
    ['absent', {}, { name: 'users' }],
    ['null', { namespace: null }, { name: 'users' }],
    ['empty', { namespace: '' }, { name: 'users', namespace: '' }],
    ['given', { namespace: 'crm' }, { name: 'users', namespace: 'crm' }],
  ])('keeps a namespace that is %s as the platform sent it', (_title, parts, descriptor) => {
    const stream = { name: 'users', json_schema: {}, ...parts }
    expect(parseCatalog(catalogOf({ stream })).streams[0]?.descriptor).toStrictEqual(descriptor)
  })

  it('takes a boolean for a schema, as JSON schema allows; what it means is decided later', () => {
    expect(parseCatalog(catalogOf({ stream: { name: 's', json_schema: true } })).streams[0]?.jsonSchema).toBe(
      true,
    )
  })

  it.each([
    ['generation 0 that was never refreshed', 0, 0],
    ['a sync that keeps old rows', 5, 0],
    ['a sync that replaces them', 5, 5],
  ])('accepts %s', (_title, generation_id, minimum_generation_id) => {
    expect(parseCatalog(catalogOf({ generation_id, minimum_generation_id })).streams[0]).toMatchObject({
      generationId: BigInt(generation_id),
      minimumGenerationId: BigInt(minimum_generation_id),
    })
  })
})

describe('a catalog that cannot be synced', () => {
  it.each([
    ['is not JSON', '{"streams": [}', 'position 13'],
    ['is empty', '', 'position 0'],
    ['is not an object', '[]', '`streams`'],
    ['is null', 'null', '`streams`'],
    ['has no list of streams', '{"streams": {}}', '`streams`'],
    ['has no streams', '{"streams": []}', 'no streams'],
  ])('%s', (_title, text, expected) => {
    const error = errorOf(text)
    expect(error.code).toBe('CATALOG_INVALID')
    expect(error.message).toContain(expected)
  })

  it.each([
    ['an entry that is not an object', '{"streams": [7]}', 'Stream number 1'],
    ['an entry without a stream', '{"streams": [{"destination_sync_mode": "append"}]}', '`stream`'],
    ['no name', catalogOf({ stream: { json_schema: {} } }), '`stream.name`'],
    ['an empty name', catalogOf({ stream: { name: '', json_schema: {} } }), '`stream.name`'],
    ['a name that is a number', catalogOf({ stream: { name: 5, json_schema: {} } }), '`stream.name`'],
  ])('%s is found by its number', (_title, text, place) => {
    const error = errorOf(text)
    expect(error).toMatchObject({ code: 'CATALOG_INVALID', stream: undefined })
    expect(error.message).toContain('number 1')
    expect(error.message).toContain(place)
  })

  it.each([
    ['no schema', { stream: { name: 'users', namespace: 'public' } }, 'json_schema'],
    [
      'a schema that is text',
      { stream: { name: 'users', namespace: 'public', json_schema: '{}' } },
      'json_schema',
    ],
    ['no sync mode', { destination_sync_mode: undefined }, 'destination_sync_mode'],
    ['a cursor that is no path', { cursor_field: 'id' }, 'cursor_field'],
    ['a primary key of bare names', { primary_key: ['id'] }, 'primary_key.0'],
    ['a sync mode that is not supported', { destination_sync_mode: 'update' }, '`update`'],
    ['another one', { destination_sync_mode: 'soft_delete' }, '`soft_delete`'],
    ['a mode that is a member of every object', { destination_sync_mode: 'constructor' }, '`constructor`'],
    ['a negative generation', { generation_id: -1, minimum_generation_id: -1 }, '`generation_id`'],
    ['a negative minimum', { generation_id: 1, minimum_generation_id: -1 }, '`minimum_generation_id`'],
    ['a fraction', { generation_id: 1.5, minimum_generation_id: 0 }, '`generation_id`'],
    ['a generation that is text', { generation_id: '1', minimum_generation_id: 0 }, '`generation_id`'],
    ['a sync id that is text', { sync_id: 'job' }, '`sync_id`'],
    ['a minimum between', { generation_id: 5, minimum_generation_id: 3 }, 'hybrid refresh'],
    ['a minimum above', { generation_id: 5, minimum_generation_id: 6 }, 'hybrid refresh'],
    ['only a generation', { generation_id: 5 }, 'only one of'],
    ['only a minimum', { minimum_generation_id: 0 }, 'only one of'],
  ])('%s is found by the name of the stream', (_title, parts, expected) => {
    const error = errorOf(catalogOf(parts))
    expect(error).toMatchObject({
      code: 'CATALOG_INVALID',
      stream: { name: 'users', namespace: 'public' },
    })
    expect(error.message).toContain('`public.users`')
    expect(error.message).toContain(expected)
  })

  it('has an id that 64 bits cannot hold', () => {
    const text = catalogOf({ generation_id: 77, minimum_generation_id: 0 }).replace(
      ':77',
      ':9223372036854775808',
    )
    expect(errorOf(text).message).toContain('9223372036854775807')
  })

  const namespaces = [{}, { namespace: null }, { namespace: '' }]
  const pairs = namespaces.flatMap((first) => namespaces.map((second) => [first, second] as const))

  it.each(pairs)('has one stream twice: %j and %j are no namespace', (first, second) => {
    const streams = [first, second].map((part) => ({
      ...users,
      stream: { name: 'users', json_schema: {}, ...part },
    }))
    const error = errorOf(JSON.stringify({ streams }))
    expect(error.code).toBe('CATALOG_INVALID')
    expect(error.message).toContain('`users` more than once')
  })

  it('may have one name in two namespaces', () => {
    const streams = ['a', 'b', undefined].map((namespace) => ({
      ...users,
      stream: { name: 'users', json_schema: {}, namespace },
    }))
    expect(parseCatalog(JSON.stringify({ streams })).streams).toHaveLength(3)
  })
})
