import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import {
  DiskRoom,
  deliveryRetryPolicy,
  type Logger,
  type Receipt,
  type RecordBatch,
  type Sql,
  type SqlTransaction,
  type StreamConfig,
  type TableName,
  withRetries,
} from 'landfall/sdk'
import type { SessionPool } from './session-pool.ts'
import { StagedFile } from './staged-file.ts'
import { TableLoader } from './table-loader.ts'

export type StageLoaderOptions = {
  readonly pool: SessionPool
  readonly logger: Logger
  /** For files on their way; made when it is needed. */
  readonly directory: string
  readonly queryTag: (stream: StreamConfig) => string
  /** Throws where the sync may not write any more. */
  readonly beforeCopy: () => Promise<void>
  readonly hasRawId: (table: TableName, rawId: string) => Promise<boolean>
  /** Ends the waiting for another attempt. */
  readonly signal: AbortSignal
  /** Default: `usualFileBytes`. */
  readonly fileBytes?: number | undefined
}

/**
 * Of a compressed file: in the middle of what Snowflake recommends, 100 to 250 MB.
 * https://docs.snowflake.com/en/user-guide/data-load-considerations-prepare
 */
const usualFileBytes = 150_000_000

/** One file that is filled, one that is uploaded, one that is copied, and the files of smaller streams. */
const filesOnDisk = 4

/** Brings batches into raw tables through internal stages, one for each table. */
export class StageLoader {
  readonly #options: StageLoaderOptions
  readonly #tables = new Map<string, TableLoader>()
  /** Stages that exist, by their names. */
  readonly #stages = new Map<Sql, Promise<void>>()
  /** Upstream has the same: files of one run are together, those of a run that died are apart. */
  readonly #path = randomUUID()
  readonly #room: DiskRoom
  readonly #fileBytes: number
  #fileCount = 0

  constructor(options: StageLoaderOptions) {
    this.#options = options
    this.#fileBytes = options.fileBytes ?? usualFileBytes
    this.#room = new DiskRoom(this.#fileBytes * filesOnDisk)
  }

  async load(table: TableName, batch: RecordBatch, alongside: SqlTransaction): Promise<Receipt> {
    if (this.#room.isFull) await this.#sendLargest()
    return this.#table(table).load(batch, alongside)
  }

  /** Drops the stages; what is still in them was never copied, and nobody waits for it. */
  async dropStages(): Promise<void> {
    for (const stage of this.#stages.keys()) {
      try {
        await this.#options.pool.use((session) =>
          session.run(`DROP STAGE IF EXISTS ${stage}`, `Dropping the stage \`${stage}\``),
        )
      } catch (error) {
        // The next sync finds it and goes on with it.
        this.#options.logger.warn(error instanceof Error ? error.message : String(error))
      }
    }
    await rm(this.#options.directory, { recursive: true, force: true })
  }

  /** With many streams the disk may be full of files of which none is large. */
  async #sendLargest(): Promise<void> {
    const [largest] = [...this.#tables.values()].toSorted(
      (left, right) => right.collectedBytes - left.collectedBytes,
    )
    await largest?.send()
  }

  #table(table: TableName): TableLoader {
    const key = JSON.stringify([table.namespace, table.name])
    const { pool, logger, queryTag, directory, beforeCopy, hasRawId, signal } = this.#options
    const loader =
      this.#tables.get(key) ??
      new TableLoader(table, {
        pool,
        logger,
        queryTag,
        beforeCopy,
        hasRawId: (rawId) => hasRawId(table, rawId),
        persist: (action) => withRetries(action, { policy: deliveryRetryPolicy, logger, signal }),
        createFile: () => StagedFile.create(directory, this.#nextName()),
        ensureStage: (stage) => this.#ensureStage(stage),
        path: this.#path,
        room: this.#room,
        fileBytes: this.#fileBytes,
      })
    this.#tables.set(key, loader)
    return loader
  }

  #nextName(): string {
    this.#fileCount += 1
    return `${this.#fileCount}.csv.gz`
  }

  #ensureStage(stage: Sql): Promise<void> {
    const creation =
      this.#stages.get(stage) ??
      this.#options.pool.use(async (session) => {
        const statement = `CREATE STAGE IF NOT EXISTS ${stage} ENCRYPTION = (TYPE = 'SNOWFLAKE_SSE')`
        await session.run(statement, `Creating the stage \`${stage}\``)
      })
    this.#stages.set(stage, creation)
    // A failure is for everybody who waits now; who comes later tries again.
    creation.catch(() => this.#stages.delete(stage))
    return creation
  }
}
