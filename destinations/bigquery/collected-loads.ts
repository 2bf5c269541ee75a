import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type BatchCopy,
  DestinationError,
  DiskRoom,
  deliveryRetryPolicy,
  type Logger,
  type RecordBatch,
  type TableName,
  Turns,
  withRetries,
} from 'landfall/sdk'
import { type CollectedBatch, CollectedFile } from './collected-file.ts'
import type { LoadJobs, LoadSource } from './load-jobs.ts'
import { bytesOfNextLoad } from './load-quota.ts'
import type { RowLoader } from './row-loader.ts'

export type CollectedLoadsOptions = {
  readonly jobs: LoadJobs
  /** Throws where the sync may not write any more. */
  readonly beforeLoad: () => Promise<void>
  readonly logger: Logger
  readonly signal: AbortSignal
  /** Default: that of `load-quota.ts`. */
  readonly bytesOfNextLoad?: ((loads: number) => number) | undefined
}

/** One file that is filled, one that is loaded, of the largest size; or those of many tables, which are smaller. */
const bytesOnDisk = 2 * bytesOfNextLoad(Number.POSITIVE_INFINITY)

/** What is collected for a table, and how many loads it has had. */
type Table = {
  readonly name: TableName
  readonly turns: Turns
  open: CollectedFile | undefined
  loads: number
}

/**
 * Collects batches in files on the disk, and loads those of a file by one job, because a day has 1,500 jobs for a table
 * ([decision 0024](../../docs/decisions/0024-collected-load-jobs.md)).
 */
export class CollectedLoads implements RowLoader {
  readonly #options: CollectedLoadsOptions
  readonly #tables = new Map<string, Table>()
  /** Each takes a batch and its rows of memory, and files of many tables may be full at the same time. */
  readonly #places = [new Turns(), new Turns()]
  readonly #room = new DiskRoom(bytesOnDisk)
  readonly #directory = join(tmpdir(), `landfall-bigquery-${randomUUID()}`)
  #files = 0
  #delivered = 0

  constructor(options: CollectedLoadsOptions) {
    this.#options = options
  }

  async load(name: TableName, batch: RecordBatch, activity: string): Promise<number> {
    if (batch.handOver === undefined) return this.loadAlone(name, batch, activity)
    if (this.#room.isFull) await this.#sendLargest()
    await this.#room.wait()
    const table = this.#table(name)
    const endTurn = await table.turns.take()
    try {
      this.#files += table.open === undefined ? 1 : 0
      table.open ??= await CollectedFile.create(this.#directory, String(this.#files))
      const file = table.open
      const collected = await file.append(batch)
      this.#room.add(collected.end - collected.start)
      batch.handOver(this.#copyOf(table, file, collected))
      const enough = (this.#options.bytesOfNextLoad ?? bytesOfNextLoad)(table.loads)
      if (file.bytes >= enough) this.#send(table, file)
      return (await this.#afterTurn(endTurn, collected)).rowsWritten
    } finally {
      endTurn()
    }
  }

  loadAlone(name: TableName, batch: RecordBatch, activity: string): Promise<number> {
    return this.#options.jobs.load(name, batch, activity)
  }

  settle(firstRawId: string, activity: string): Promise<boolean | undefined> {
    return this.#options.jobs.settle(firstRawId, activity)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true })
  }

  /** The next batch can be collected while this one waits for its load. */
  #afterTurn(endTurn: () => void, { receipt }: CollectedBatch) {
    endTurn()
    return receipt.promise
  }

  #copyOf(table: Table, file: CollectedFile, collected: CollectedBatch): BatchCopy {
    return {
      read: () => file.read(collected),
      load: () => void this.#sendInTurn(table, file),
      [Symbol.asyncDispose]: async () => {
        this.#room.add(collected.start - collected.end)
        await file.forget(collected)
      },
    }
  }

  /** When the batch that is being appended is there. */
  async #sendInTurn(table: Table, file: CollectedFile | undefined): Promise<void> {
    const endTurn = await table.turns.take()
    if (file !== undefined && file === table.open) this.#send(table, file)
    endTurn()
  }

  async #sendLargest(): Promise<void> {
    const size = ({ open }: Table) => open?.bytes ?? 0
    const [largest] = [...this.#tables.values()].toSorted((left, right) => size(right) - size(left))
    if (largest !== undefined) await this.#sendInTurn(largest, largest.open)
  }

  #send(table: Table, file: CollectedFile): void {
    table.open = undefined
    table.loads += 1
    void this.#room.during(this.#deliver(table, file))
  }

  /** Never throws: each batch gets its own answer. */
  async #deliver({ name }: Table, file: CollectedFile): Promise<void> {
    const activity = `loading rows into \`${name.namespace}.${name.name}\``
    this.#delivered += 1
    const endTurn = await this.#places[this.#delivered % this.#places.length]?.take()
    try {
      const sources = file.batches.map((batch): LoadSource => ({ ...batch, read: () => file.read(batch) }))
      const rows = await this.#persist(() => this.#options.jobs.loadTogether(name, sources, activity))
      assertRows(rows, file)
      for (const { receipt, count } of file.batches) receipt.resolve({ rowsWritten: count, rejected: [] })
    } catch (error) {
      // One bad record is no reason to refuse the batches of others.
      const isRefusal = DestinationError.is(error) && error.code === 'DATA_REFUSED'
      for (const batch of file.batches) {
        if (isRefusal && file.batches.length > 1) await this.#loadAgain(name, file, batch, activity)
        else batch.receipt.reject(error)
      }
    } finally {
      endTurn?.()
    }
  }

  async #loadAgain(
    name: TableName,
    file: CollectedFile,
    batch: CollectedBatch,
    activity: string,
  ): Promise<void> {
    try {
      const rowsWritten = await this.#options.jobs.load(name, await file.read(batch), activity)
      batch.receipt.resolve({ rowsWritten, rejected: [] })
    } catch (error) {
      batch.receipt.reject(error)
    }
  }

  /** The same batches go under the same id, so however often they are sent they land once. */
  #persist(action: () => Promise<number>): Promise<number> {
    const { beforeLoad, logger, signal } = this.#options
    const attempt = async () => {
      await beforeLoad()
      return action()
    }
    return withRetries(attempt, { policy: deliveryRetryPolicy, logger, signal })
  }

  #table(name: TableName): Table {
    const key = JSON.stringify([name.namespace, name.name])
    const table = this.#tables.get(key) ?? { name, turns: new Turns(), open: undefined, loads: 0 }
    this.#tables.set(key, table)
    return table
  }
}

/** A job reports one number for all batches. */
function assertRows(rows: number, { batches }: CollectedFile): void {
  const sent = batches.reduce((sum, { count }) => sum + count, 0)
  if (rows === sent) return
  throw new DestinationError(
    'RECEIPT_MISMATCH',
    `Of ${sent} records in ${batches.length} batches BigQuery reports ${rows} rows. No state is released for them; the next sync sends them again.`,
    { stream: batches[0]?.stream.descriptor },
  )
}
