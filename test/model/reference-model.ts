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
}

/**
 * Writes into a case what must be in the tables after each of its syncs. The whole of typing and deduping in
 * one sentence: the final table is a function of the raw table, as it was when rows were last typed.
 */
export function predict(name: string, syncs: readonly CaseSync[]): ConformanceCase {
  const tables = new Map<string, Tables>()
  return { name, syncs: syncs.map((sync) => predictSync(sync, tables)) }
}

function predictSync(sync: CaseSync, tables: Map<string, Tables>): CaseSync {
  const input = readLines(sync)
  const outcomes = sync.streams.map((stream) => {
    const before = tables.get(stream.name) ?? { raw: [], pending: undefined, final: [] }
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
  { raw, pending, final }: Tables,
  { stream, sync, records, statuses, isBroken }: Input & { stream: CaseStream; sync: CaseSync },
): Tables {
  const [generation, minimum] = stream.generation ?? [0, 0]
  const rows = records
    .filter((record) => record.stream === stream.name)
    .map(({ data, emittedAt }) => ({
      data,
      emittedAt,
      generation,
      syncId: stream.generation ? (sync.syncId ?? 1) : 0,
    }))
  const show = (shown: readonly Row[]) => (isBroken ? final : finalRows(stream, shown, sync))
  const isRefresh = stream.generation ? minimum > 0 : stream.mode.startsWith('overwrite')
  if (!isRefresh) {
    const all = [...raw, ...(pending ?? []), ...rows]
    return { raw: all, pending: undefined, final: show(all) }
  }
  const isOurs = (table: readonly Row[]) =>
    table.every((row) => stream.generation !== undefined && row.generation === generation)
  const isDone = isSuccessful(stream, statuses.get(stream.name)) && !isBroken
  if (pending === undefined && isOurs(raw)) {
    const all = [...raw, ...rows]
    return { raw: all, pending: undefined, final: isDone ? show(all) : final }
  }
  const fresh = [...(pending !== undefined && isOurs(pending) ? pending : []), ...rows]
  return isDone ? { raw: fresh, pending: undefined, final: show(fresh) } : { raw, pending: fresh, final }
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
