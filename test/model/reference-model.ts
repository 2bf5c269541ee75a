import type { CaseStream, CaseSync, ConformanceCase, ExpectedRow, ExpectedValue } from 'landfall/testing'
import { compareTyped, type Json, kindOf } from './typed-value.ts'

/** A raw row. Arrays of rows are in the order of arrival. */
type Row = {
  readonly data: { readonly [key: string]: Json }
  readonly emittedAt: number
  readonly generation: number
  readonly syncId: number
}

type Tables = {
  /** The raw table. */
  readonly raw: readonly Row[]
  /** The raw rows of a refresh that has not succeeded yet; undefined where there is none. */
  readonly pending: readonly Row[] | undefined
  /** The final table. */
  readonly final: readonly ExpectedRow[]
  /** How many raw rows have been typed into it: they came before the others. */
  readonly typed: number
  /** The columns that it has, as a schema. */
  readonly properties: CaseStream['properties'] | undefined
}

/**
 * Writes into a case what must be in the tables after each of its syncs. The whole of typing and deduping in
 * two sentences: a deduplicated final table is a function of the raw table, as it was when rows were last
 * typed, and so is every table whose columns have changed. Otherwise rows are appended to what is there.
 */
export function predict(name: string, syncs: readonly CaseSync[]): ConformanceCase {
  const tables = new Map<string, Tables>()
  return { name, syncs: syncs.map((sync) => predictSync(sync, tables)) }
}

function predictSync(sync: CaseSync, tables: Map<string, Tables>): CaseSync {
  const input = readLines(sync)
  const outcomes = sync.streams.map((stream) => {
    const before = tables.get(stream.name) ?? nothing
    const after = applySync(before, { stream, sync, ...input })
    tables.set(stream.name, after)
    const isWhole = isSuccessful(stream, input.statuses.get(stream.name))
    return { stream, ...after, isSuccessful: isWhole && !input.isBroken }
  })
  return {
    ...sync,
    exitCode: outcomes.every((outcome) => outcome.isSuccessful) ? 0 : 1,
    final: Object.fromEntries(outcomes.map(({ stream, final }) => [stream.name, final])),
    rawCounts: Object.fromEntries(outcomes.map(({ stream, raw }) => [stream.name, raw.length])),
  }
}

const nothing: Tables = { raw: [], pending: undefined, final: [], typed: 0, properties: undefined }

type Input = {
  readonly records: readonly {
    readonly stream: string
    readonly data: Row['data']
    readonly emittedAt: number
  }[]
  readonly statuses: ReadonlyMap<string, string>
  /** Whether a line that is no message ended the sync before its tables were finished. */
  readonly isBroken: boolean
}

function readLines({ lines }: CaseSync): Input {
  const end = lines.findIndex((line) => !line.startsWith('{'))
  const messages = lines.slice(0, end < 0 ? undefined : end).map((line) => JSON.parse(line))
  const records = messages
    .filter(({ type }) => type === 'RECORD')
    .map(({ record }) => ({ stream: record.stream, data: record.data, emittedAt: record.emitted_at }))
  const statuses = messages
    .filter(({ type }) => type === 'TRACE')
    .map(({ trace }) => [trace.stream_status.stream_descriptor.name, trace.stream_status.status] as const)
  return { records, statuses: new Map(statuses), isBroken: end >= 0 }
}

function isSuccessful({ generation }: CaseStream, status: string | undefined): boolean {
  return generation === undefined ? status !== 'INCOMPLETE' : status === 'COMPLETE'
}

function applySync(
  before: Tables,
  { stream, sync, records, statuses, isBroken }: Input & { stream: CaseStream; sync: CaseSync },
): Tables {
  const { raw, pending } = before
  const [generation, minimum] = stream.generation ?? [0, 0]
  const rows = records
    .filter((record) => record.stream === stream.name)
    .map(({ data, emittedAt }) => ({
      data,
      emittedAt,
      generation,
      syncId: stream.generation ? (sync.syncId ?? 1) : 0,
    }))
  const isRefresh = stream.generation ? minimum > 0 : stream.mode.startsWith('overwrite')
  if (!isRefresh) {
    const all = { ...before, raw: [...raw, ...(pending ?? []), ...rows], pending: undefined }
    return isBroken ? all : showNew(all, stream, sync)
  }
  const isOurs = (table: readonly Row[]) =>
    table.every((row) => stream.generation !== undefined && row.generation === generation)
  const isDone = isSuccessful(stream, statuses.get(stream.name)) && !isBroken
  if (pending === undefined && isOurs(raw)) {
    const all = { ...before, raw: [...raw, ...rows] }
    return isDone ? showNew(all, stream, sync) : all
  }
  const fresh = [...(pending !== undefined && isOurs(pending) ? pending : []), ...rows]
  if (!isDone) return { ...before, pending: fresh }
  return showAll({ ...before, raw: fresh, pending: undefined }, stream, sync)
}

/** Types what was not typed yet. */
function showNew(tables: Tables, stream: CaseStream, sync: CaseSync): Tables {
  const { raw, final, typed, properties } = tables
  const hasOldColumns = JSON.stringify(properties) === JSON.stringify(stream.properties)
  if (stream.mode.endsWith('dedup') || !hasOldColumns) return showAll(tables, stream, sync)
  return { ...tables, final: [...final, ...finalRows(stream, raw.slice(typed), sync)], typed: raw.length }
}

function showAll(tables: Tables, stream: CaseStream, sync: CaseSync): Tables {
  const { raw } = tables
  const { properties } = stream
  return { ...tables, final: finalRows(stream, raw, sync), typed: raw.length, properties }
}

const deletedAt = '_ab_cdc_deleted_at'

function finalRows(stream: CaseStream, rows: readonly Row[], sync: CaseSync): readonly ExpectedRow[] {
  const typed = rows.map((row) => typeRow(stream, row))
  if (!stream.mode.endsWith('dedup')) return typed
  const newest = new Map<string, ExpectedRow>()
  for (const row of typed) {
    const key = JSON.stringify((stream.primaryKey ?? []).map(([column = '']) => row[column]))
    const rival = newest.get(key)
    if (rival === undefined || !isNewer(stream, rival, row)) newest.set(key, row)
  }
  const keepsDeleted = sync.config?.cdc_deletion_mode === 'Soft delete'
  return [...newest.values()].filter((row) => keepsDeleted || (row[deletedAt] ?? null) === null)
}

/** Of equal cursors and times the later arrival is the newer one, which is the second here. */
function isNewer({ cursor: [cursor] = [] }: CaseStream, first: ExpectedRow, second: ExpectedRow): boolean {
  const byCursor = cursor === undefined ? 0 : compareTyped(first[cursor] ?? null, second[cursor] ?? null)
  const byTime = compareTyped(first._airbyte_extracted_at ?? null, second._airbyte_extracted_at ?? null)
  return byCursor > 0 || (byCursor === 0 && byTime > 0)
}

function typeRow({ properties }: CaseStream, { data, emittedAt, generation, syncId }: Row): ExpectedRow {
  const failed: string[] = []
  const columns = Object.entries(properties).map(([key, schema]): [string, ExpectedValue] => {
    const value = data[key] ?? null
    const typed = value === null ? null : kindOf(schema).type(value)
    if (typed === undefined) failed.push(`${key} NULLED DESTINATION_TYPECAST_ERROR`)
    return [key, typed ?? null]
  })
  return {
    ...Object.fromEntries(columns),
    _airbyte_extracted_at: { instant: new Date(emittedAt).toISOString() },
    _airbyte_generation_id: { number: String(generation) },
    changes: failed.join('; '),
    sync_id: String(syncId),
  }
}
