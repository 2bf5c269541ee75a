import type { StreamSchema } from './schemas.ts'

/** One stream of a sync: what the catalog says about it, and what the source sends. */
export type StreamSync = {
  readonly name: string
  /** As the platform's user interface calls it. */
  readonly mode: 'append' | 'append_dedup' | 'overwrite'
  readonly schema: StreamSchema
  readonly primaryKey?: string
  readonly cursor?: string
  readonly generationId: number
  /** JSON texts. */
  readonly records: readonly string[]
  /** What the source would need to go on after its first `count` records. */
  readonly stateAfter: (count: number) => object
}

/** One line for the destination, without its line break. */
export type Message = {
  readonly kind: 'record' | 'state' | 'status'
  readonly line: string
}

const recordsPerState = 10_000

/** The `--catalog` file of a sync. */
export function createCatalog(streams: readonly StreamSync[], syncId: number): object {
  return { streams: streams.map((stream) => configureStream(stream, syncId)) }
}

/** Everything a source would write to standard output: one stream after the other, each with its statuses. */
export function* createMessages(streams: readonly StreamSync[], emittedAt: number): Generator<Message> {
  let lastStateId = 0
  for (const stream of streams) {
    yield statusMessage(stream, 'STARTED', emittedAt)
    for (let start = 0; start < stream.records.length; start += recordsPerState) {
      const records = stream.records.slice(start, start + recordsPerState)
      for (const record of records) yield recordMessage(stream, record, emittedAt)
      lastStateId += 1
      yield stateMessage(stream, start + records.length, records.length, lastStateId)
    }
    yield statusMessage(stream, 'COMPLETE', emittedAt)
  }
}

/**
 * Since protocol 0.2.0 the platform sends "overwrite" as append with a minimum generation: at the end,
 * nothing older may be left.
 */
function configureStream(stream: StreamSync, syncId: number): object {
  const isIncremental = stream.cursor !== undefined
  return {
    stream: {
      name: stream.name,
      json_schema: stream.schema,
      supported_sync_modes: isIncremental ? ['full_refresh', 'incremental'] : ['full_refresh'],
    },
    sync_mode: isIncremental ? 'incremental' : 'full_refresh',
    destination_sync_mode: stream.mode === 'append_dedup' ? 'append_dedup' : 'append',
    cursor_field: isIncremental ? [stream.cursor] : [],
    primary_key: stream.primaryKey === undefined ? [] : [[stream.primaryKey]],
    generation_id: stream.generationId,
    minimum_generation_id: stream.mode === 'overwrite' ? stream.generationId : 0,
    sync_id: syncId,
  }
}

/** Built from texts, because parsing and writing the record anew would change the spelling of its numbers. */
function recordMessage({ name }: StreamSync, record: string, emittedAt: number): Message {
  const line = `{"type":"RECORD","record":{"stream":${JSON.stringify(name)},"emitted_at":${emittedAt},"data":${record}}}`
  return { kind: 'record', line }
}

function stateMessage(stream: StreamSync, total: number, sinceLastState: number, id: number): Message {
  const state = {
    type: 'STREAM',
    stream: { stream_descriptor: { name: stream.name }, stream_state: stream.stateAfter(total) },
    sourceStats: { recordCount: sinceLastState },
    id,
  }
  return { kind: 'state', line: JSON.stringify({ type: 'STATE', state }) }
}

function statusMessage(stream: StreamSync, status: 'STARTED' | 'COMPLETE', emittedAt: number): Message {
  const trace = {
    type: 'STREAM_STATUS',
    emitted_at: emittedAt,
    stream_status: { stream_descriptor: { name: stream.name }, status },
  }
  return { kind: 'status', line: JSON.stringify({ type: 'TRACE', trace }) }
}
