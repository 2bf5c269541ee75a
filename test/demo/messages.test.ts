import { describe, expect, it } from 'vitest'
import { createCatalog, createMessages, type StreamSync } from '../../demo/messages.ts'

function stream(overrides: Partial<StreamSync> = {}): StreamSync {
  return {
    name: 'movies',
    mode: 'append',
    schema: { type: 'object', properties: { Title: { type: 'string' } } },
    generationId: 3,
    records: ['{"time":0.0}'],
    stateAfter: (count) => ({ count }),
    ...overrides,
  }
}

function parsed(streams: readonly StreamSync[]) {
  return Array.from(createMessages(streams, 1_767_225_600_000), ({ line }) => JSON.parse(line))
}

describe('createMessages', () => {
  it('sends records letter by letter', () => {
    const lines = Array.from(createMessages([stream()], 1_767_225_600_000), ({ line }) => line)
    expect(lines[1]).toBe(
      '{"type":"RECORD","record":{"stream":"movies","emitted_at":1767225600000,"data":{"time":0.0}}}',
    )
  })

  it('puts each stream between its statuses, with its last state before COMPLETE', () => {
    const messages = parsed([stream(), stream({ name: 'flights' })])
    expect(messages.map(({ type, trace }) => trace?.stream_status.status ?? type)).toEqual([
      ...['STARTED', 'RECORD', 'STATE', 'COMPLETE'],
      ...['STARTED', 'RECORD', 'STATE', 'COMPLETE'],
    ])
  })

  it('sends a state every 10,000 records and at the end, each with the records since the one before', () => {
    const records = Array.from({ length: 20_001 }, () => '{}')
    const states = parsed([stream({ records })]).filter(({ type }) => type === 'STATE')
    expect(
      states.map(({ state }) => [state.id, state.stream.stream_state.count, state.sourceStats.recordCount]),
    ).toEqual([
      [1, 10_000, 10_000],
      [2, 20_000, 10_000],
      [3, 20_001, 1],
    ])
  })
})

describe('createCatalog', () => {
  it.each([
    ['append', 'append', 0],
    ['append_dedup', 'append_dedup', 0],
    ['overwrite', 'append', 3],
  ] as const)('sends %s as %s with the minimum generation %i', (mode, destinationSyncMode, minimum) => {
    expect(createCatalog([stream({ mode })], 7)).toMatchObject({
      streams: [
        {
          destination_sync_mode: destinationSyncMode,
          generation_id: 3,
          minimum_generation_id: minimum,
          sync_id: 7,
        },
      ],
    })
  })

  it('is incremental where there is a cursor', () => {
    expect(createCatalog([stream({ primaryKey: 'id', cursor: 'updated' })], 1)).toMatchObject({
      streams: [{ sync_mode: 'incremental', cursor_field: ['updated'], primary_key: [['id']] }],
    })
  })
})
