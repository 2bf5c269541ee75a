import type { StreamConfig } from '../catalog/stream-config.ts'
import type { RecordBatch, RejectedRecord } from '../destination/record-batch.ts'
import type { Warehouse } from '../destination/warehouse.ts'
import { DestinationError, toDestinationError } from '../errors.ts'
import type { Logger } from '../logger.ts'
import { describeStream } from '../protocol/messages.ts'
import type { RejectedRow } from '../sql/rejects-table.ts'
import type { SqlBatch } from '../sql/sql.ts'
import type { SqlGenerator, TableName } from '../sql/sql-generator.ts'

export type RejectStoreOptions = {
  readonly warehouse: Warehouse
  readonly generator: SqlGenerator
  readonly logger: Logger
}

/** Of longer records only the beginning is kept: enough to find the record at the source. */
export const maximumKeptBytes = 1024 * 1024

/** Reasons are sentences; a database's own words can be long. */
const maximumReasonLength = 2000

/** Text of rejected records that is in memory at a time. */
const transactionBytes = 4 * maximumKeptBytes

/** What a row takes besides its record: the statement around it, and the reason. */
const rowBytes = 4096

/** Keeps refused records in the rejects table of their stream, and counts them for the end of the sync. */
export class RejectStore {
  readonly #options: RejectStoreOptions
  readonly #tables = new Map<StreamConfig, Promise<void>>()
  readonly #counts = new Map<StreamConfig, number>()

  constructor(options: RejectStoreOptions) {
    this.#options = options
  }

  /** When it returns, the records are durable in the rejects table. Only then may a receipt name them. */
  async keep(batch: RecordBatch, rejected: readonly RejectedRecord[]): Promise<void> {
    if (rejected.length === 0) return
    const { stream } = batch
    const table = this.#options.generator.rejectsTable(stream)
    await this.#ensureTable(stream)
    const reasons = new Map(rejected.map(({ index, reason }) => [index, reason]))
    const limit = this.#options.warehouse.maximumKeptBytes
    const keptBytes = Math.min(maximumKeptBytes, limit ?? maximumKeptBytes)
    for (const group of groupBySize(batch, reasons, { keptBytes, groupBytes: limit ?? transactionBytes })) {
      await this.#execute(table.name, [table.insert(readRows(batch, group, keptBytes))])
    }
    this.#counts.set(stream, (this.#counts.get(stream) ?? 0) + rejected.length)
  }

  /** One warning per stream that lost records. */
  report(): void {
    const { generator, logger } = this.#options
    for (const [stream, count] of this.#counts) {
      const { namespace, name } = generator.rejectsTable(stream).name
      logger.warn(
        `${describeStream(stream.descriptor)}: the destination refused ${count} records. They are in \`${namespace}.${name}\`, each with the reason; ` +
          'all others are stored. After a fix, `landfall rejects replay` loads them again.',
      )
    }
  }

  /** Two loads of a stream may have their first reject at the same time. */
  #ensureTable(stream: StreamConfig): Promise<void> {
    const table = this.#options.generator.rejectsTable(stream)
    const creation = this.#tables.get(stream) ?? this.#execute(table.name, table.create())
    this.#tables.set(stream, creation)
    return creation
  }

  /** The statements hold values of records, which errors must not show. */
  async #execute({ namespace, name }: TableName, batch: SqlBatch): Promise<void> {
    try {
      await this.#options.warehouse.execute(batch)
    } catch (error) {
      const { code, failureType } = toDestinationError(error)
      throw new DestinationError(
        code,
        `Keeping refused records in \`${namespace}.${name}\` failed (${code}). Check that the connector may create this table and write to it, ` +
          'and look at the log of the database. The sync stops here, so that no record is lost in silence.',
        { failureType },
      )
    }
  }
}

type Reasons = ReadonlyMap<number, string>

/** Groups of at least one record whose text fits into a transaction together. */
function groupBySize(
  batch: RecordBatch,
  reasons: Reasons,
  { keptBytes, groupBytes }: { readonly keptBytes: number; readonly groupBytes: number },
): readonly Reasons[] {
  const groups: Map<number, string>[] = []
  let bytes = Number.POSITIVE_INFINITY
  batch.visit((index, _block, start, end, _emittedAt, changes) => {
    const reason = reasons.get(index)
    if (reason === undefined) return
    const kept = divideKept(end - start, changes?.length ?? 0, keptBytes)
    const added = kept.dataBytes + kept.changesBytes + rowBytes
    bytes += added
    if (bytes > groupBytes) {
      groups.push(new Map())
      bytes = added
    }
    groups.at(-1)?.set(index, reason)
  })
  return groups
}

function readRows(batch: RecordBatch, reasons: Reasons, keptBytes: number): readonly RejectedRow[] {
  const { syncId, generationId } = batch.stream
  const rows: RejectedRow[] = []
  batch.visit((index, block, start, end, emittedAt, changes) => {
    const reason = reasons.get(index)
    if (reason === undefined) return
    const kept = divideKept(end - start, changes?.length ?? 0, keptBytes)
    rows.push({
      rawId: batch.rawIds.get(index),
      extractedAt: toIsoTime(emittedAt),
      reason: reason.slice(0, maximumReasonLength),
      data: readHead(block, start, start + kept.dataBytes, end),
      dataBytes: end - start,
      changes: changes && readHead(changes, 0, kept.changesBytes, changes.length),
      syncId,
      generationId,
    })
  })
  return rows
}

/**
 * A quarter more than the record may take is for its changes, which are in the same statement. They are usually short;
 * of very many the beginning is kept, which is no JSON, so that nobody takes it for the whole.
 */
function divideKept(dataBytes: number, changesBytes: number, keptBytes: number) {
  const room = Math.max(Math.floor(keptBytes / 4), keptBytes - dataBytes)
  return { dataBytes: Math.min(dataBytes, keptBytes), changesBytes: Math.min(changesBytes, room) }
}

function readHead(block: Buffer, start: number, keptEnd: number, end: number): string {
  let cut = keptEnd
  // Never within a character.
  while (cut < end && cut > start && ((block[cut] ?? 0) & 0xc0) === 0x80) cut -= 1
  return block.toString('utf8', start, cut)
}

/** The years 1 to 9999, which every database knows. */
const firstTime = Date.parse('0001-01-01T00:00:00Z')
const lastTime = Date.parse('9999-12-31T00:00:00Z')

/** With microseconds; `undefined` for what is no time, which may be why the record was refused. */
function toIsoTime(milliseconds: number): string | undefined {
  if (!(milliseconds >= firstTime && milliseconds <= lastTime)) return undefined
  const microseconds = Math.round(milliseconds * 1000)
  const rest = ((microseconds % 1000) + 1000) % 1000
  const whole = new Date((microseconds - rest) / 1000)
  return whole.toISOString().replace('Z', `${String(rest).padStart(3, '0')}Z`)
}
