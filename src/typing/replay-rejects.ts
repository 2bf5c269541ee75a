import type { StreamConfig } from '../catalog/stream-config.ts'
import { SimpleBatch, type SimpleRecord } from '../destination/simple-batch.ts'
import type { Row, Warehouse } from '../destination/warehouse.ts'
import { DestinationError } from '../errors.ts'
import type { Logger } from '../logger.ts'
import { describeStream } from '../protocol/messages.ts'
import { isValidJson } from '../protocol/scan-json.ts'
import { rejectsColumns } from '../sql/rejects-table.ts'
import type { SqlGenerator } from '../sql/sql-generator.ts'
import { RawLoader } from './raw-loader.ts'

export type RejectsOptions = {
  readonly stream: StreamConfig
  readonly warehouse: Warehouse
  readonly generator: SqlGenerator
}

/** A row of a rejects table. */
export type StoredReject = {
  readonly rawId: string
  /** As the warehouse writes a time. */
  readonly rejectedAt: string
  readonly reason: string
  readonly data: string
  /** Of the whole record. */
  readonly dataBytes: number
  readonly changes: string | undefined
  /** Milliseconds since the epoch; `undefined` where the table could not hold the record's time. */
  readonly emittedAt: number | undefined
  readonly syncId: bigint
  readonly generationId: bigint
}

/** At a mebibyte each, what is in memory at a time. */
const pageRows = 50

/** The rejected records of a stream in the order of arrival, without generations that a full refresh has replaced. */
export async function* readRejects(options: RejectsOptions): AsyncGenerator<readonly StoredReject[]> {
  const { stream, warehouse, generator } = options
  const table = generator.rejectsTable(stream)
  const [description] = await warehouse.describeTables([table.name])
  if (description === undefined) return
  let after: string | undefined
  for (;;) {
    const rows = await warehouse.query(
      table.selectPage({ minimumGenerationId: stream.minimumGenerationId, after, rows: pageRows }),
    )
    const page = rows.map(toStoredReject)
    if (page.length > 0) yield page
    if (page.length < pageRows) return
    after = page.at(-1)?.rawId
  }
}

export type ReplayResult = {
  /** Now in the raw table; the next sync types them. */
  readonly loaded: number
  /** Refused again; they stay where they are. */
  readonly refused: number
  /** Only in part in the table, or without their time, so that they cannot be loaded from there. */
  readonly incomplete: number
}

/**
 * Loads the rejected records of a stream again, on the path of a sync. A record leaves the rejects table in
 * the transaction in which it lands. Its raw id, time, generation and sync id stay, so that it counts as what
 * it is: older than what came since.
 * @throws DestinationError where the raw table is missing or about to be replaced
 */
export async function replayRejects(
  options: RejectsOptions & { readonly logger: Logger },
): Promise<ReplayResult> {
  const { stream, generator } = options
  await assertReady(options)
  const loader = new RawLoader(options)
  const table = generator.rejectsTable(stream)
  const result = { loaded: 0, refused: 0, incomplete: 0 }
  for await (const page of readRejects(options)) {
    const complete = page.filter(isComplete)
    result.incomplete += page.length - complete.length
    for (const rows of groupByOrigin(complete)) {
      const receipt = await loader.load(generator.rawTable(stream), toBatch(stream, rows), (part) =>
        table.delete(Array.from({ length: part.count }, (_, index) => part.rawIds.get(index))),
      )
      result.loaded += receipt.rowsWritten
      result.refused += receipt.rejected.length
    }
  }
  return result
}

async function assertReady({ stream, warehouse, generator }: RejectsOptions): Promise<void> {
  const [raw, temporary] = await warehouse.describeTables([
    generator.rawTable(stream),
    generator.rawTable(stream, '_airbyte_tmp'),
  ])
  const name = `\`${describeStream(stream.descriptor)}\``
  if (raw === undefined) {
    throw new DestinationError(
      'TABLE_UNEXPECTED',
      `The stream ${name} has no raw table to load its rejected records into. Sync it first.`,
      { stream: stream.descriptor },
    )
  }
  if (temporary === undefined) return
  throw new DestinationError(
    'TABLE_LOCKED',
    `A full refresh of the stream ${name} is not finished, and its end will replace the raw table. Load the rejected records again after that.`,
    { stream: stream.descriptor },
  )
}

type CompleteReject = StoredReject & { readonly emittedAt: number }

function isComplete(row: StoredReject): row is CompleteReject {
  return row.emittedAt !== undefined && Buffer.byteLength(row.data) >= row.dataBytes && hasWholeChanges(row)
}

/** Very many changes are kept in part, and a part of an array is no JSON. */
function hasWholeChanges({ changes }: StoredReject): boolean {
  if (changes === undefined) return true
  const bytes = Buffer.from(changes)
  return isValidJson(bytes, 0, bytes.length)
}

/** A batch is of one generation and one sync. */
function groupByOrigin(rows: readonly CompleteReject[]): readonly (readonly CompleteReject[])[] {
  return [...Map.groupBy(rows, ({ generationId, syncId }) => `${generationId} ${syncId}`).values()]
}

function toBatch(stream: StreamConfig, rows: readonly CompleteReject[]): SimpleBatch {
  const { generationId, syncId } = rows[0] ?? stream
  const records: readonly SimpleRecord[] = rows.map(({ rawId, data, changes, emittedAt }) => ({
    rawId,
    data,
    changes,
    emittedAt,
  }))
  return new SimpleBatch({ ...stream, generationId, syncId }, records)
}

function toStoredReject(row: Row): StoredReject {
  const text = (name: string) => {
    const value = row[name]
    return value === null || value === undefined ? undefined : String(value)
  }
  const microseconds = text('extracted_at_microseconds')
  return {
    rawId: text(rejectsColumns.rawId) ?? '',
    rejectedAt: text('rejected_at') ?? '',
    reason: text(rejectsColumns.reason) ?? '',
    data: text(rejectsColumns.data) ?? '',
    dataBytes: Number(text(rejectsColumns.dataBytes) ?? 0),
    changes: text(rejectsColumns.changes),
    emittedAt: microseconds === undefined ? undefined : Number(microseconds) / 1000,
    syncId: BigInt(text(rejectsColumns.syncId) ?? 0),
    generationId: BigInt(text(rejectsColumns.generationId) ?? 0),
  }
}
