import {
  type BatchCopy,
  DestinationError,
  type DiskRoom,
  describeStream,
  type Logger,
  type Receipt,
  type RecordBatch,
  type Row,
  type Sql,
  type SqlTransaction,
  type StreamConfig,
  type TableName,
  Turns,
} from 'landfall/sdk'
import { copyStatement, stageOf } from './copy-statement.ts'
import { classifySnowflakeError, findRefusedRow } from './errors.ts'
import { literal } from './literal.ts'
import type { Session } from './session.ts'
import type { SessionPool } from './session-pool.ts'
import { packBatch, type StagedBatch, type StagedFile } from './staged-file.ts'

export type TableLoaderOptions = {
  readonly pool: SessionPool
  readonly logger: Logger
  readonly queryTag: (stream: StreamConfig) => string
  /** Throws where the sync may not write any more. */
  readonly beforeCopy: () => Promise<void>
  readonly hasRawId: (rawId: string) => Promise<boolean>
  /** Repeats what may pass, with a line in the log for each failure; the action gets the failure before. */
  readonly persist: (action: (earlier: DestinationError | undefined) => Promise<void>) => Promise<void>
  /** A file of its own in the directory of this run. */
  readonly createFile: () => Promise<StagedFile>
  /** Resolves when the table's stage is there. */
  readonly ensureStage: (stage: Sql) => Promise<void>
  /** The folder of this run in every stage. */
  readonly path: string
  readonly room: DiskRoom
  /** A file of this size is on its way at once. */
  readonly fileBytes: number
}

/** A file that is in the stage, and what to tell when it is in the table. */
type UploadedFile = { readonly file: StagedFile; readonly copied: PromiseWithResolvers<void> }

/** https://docs.snowflake.com/en/sql-reference/sql/copy-into-table: the list of names has a limit of 1000. */
const mostFilesPerCopy = 1000

/**
 * Brings batches into one raw table: several of them into one file, PUT while earlier files are copied, and one COPY for
 * all files that wait by the time the one before has ended. A receipt is given when the transaction of its COPY is
 * committed, so a state is never ahead of its rows.
 */
export class TableLoader {
  readonly #table: TableName
  readonly #options: TableLoaderOptions
  readonly #appending = new Turns()
  readonly #uploaded: UploadedFile[] = []
  #open: StagedFile | undefined
  #isCopying = false

  constructor(table: TableName, options: TableLoaderOptions) {
    this.#table = table
    this.#options = options
  }

  /** Bytes that are collected and not on their way yet. */
  get collectedBytes(): number {
    return this.#open?.bytes ?? 0
  }

  async load(batch: RecordBatch, alongside: SqlTransaction): Promise<Receipt> {
    if (batch.handOver === undefined || alongside.length > 0) return this.#loadAlone(batch, alongside)
    const packed = await packBatch(batch)
    await this.#options.room.wait()
    const endTurn = await this.#appending.take()
    try {
      this.#open ??= await this.#options.createFile()
      const file = this.#open
      const staged = await file.append(batch, packed)
      this.#options.room.add(packed.compressed.length)
      batch.handOver(this.#copyOf(file, staged))
      if (file.bytes >= this.#options.fileBytes) this.#send(file)
      return staged.receipt.promise
    } finally {
      endTurn()
    }
  }

  /** Sends what is collected, when the batch that is being appended is there. */
  async send(file = this.#open): Promise<void> {
    const endTurn = await this.#appending.take()
    if (file !== undefined && file === this.#open) this.#send(file)
    endTurn()
  }

  #copyOf(file: StagedFile, staged: StagedBatch): BatchCopy {
    return {
      read: () => file.read(staged),
      load: () => void this.send(file),
      [Symbol.asyncDispose]: async () => {
        this.#options.room.add(staged.start - staged.end)
        await file.forget(staged)
      },
    }
  }

  #send(file: StagedFile): void {
    this.#open = undefined
    void this.#options.room.during(this.#deliver(file))
  }

  /** Never throws: each batch gets its own answer. */
  async #deliver(file: StagedFile): Promise<void> {
    try {
      await file.finish()
      await this.#options.persist(() => this.#upload(file))
      await this.#enqueue(file)
      for (const { receipt, count } of file.batches) receipt.resolve({ rowsWritten: count, rejected: [] })
    } catch (error) {
      // One bad record is no reason to refuse the batches of others.
      if (isRefusal(error) && file.batches.length > 1)
        for (const staged of file.batches) await this.#loadAgain(file, staged)
      else for (const { receipt } of file.batches) receipt.reject(error)
    }
  }

  async #loadAgain(file: StagedFile, staged: StagedBatch): Promise<void> {
    try {
      staged.receipt.resolve(await this.#loadAlone(await file.read(staged), []))
    } catch (error) {
      staged.receipt.reject(error)
    }
  }

  async #loadAlone(batch: RecordBatch, alongside: SqlTransaction): Promise<Receipt> {
    const packed = await packBatch(batch)
    const file = await this.#options.createFile()
    try {
      await file.append(batch, packed)
      await file.finish()
      await this.#upload(file)
      if (alongside.length > 0) await this.#copy([file], alongside)
      else await this.#enqueue(file)
      return { rowsWritten: batch.count, rejected: [] }
    } finally {
      await file.remove()
    }
  }

  async #upload(file: StagedFile): Promise<void> {
    const { pool, queryTag, ensureStage, path } = this.#options
    const stage = stageOf(this.#table)
    await ensureStage(stage)
    const { stream } = firstOf(file)
    const startedAt = performance.now()
    const put = `PUT ${literal(`file://${file.path}`)} ${literal(`@${stage}/${path}`)} AUTO_COMPRESS = FALSE SOURCE_COMPRESSION = GZIP PARALLEL = 1 OVERWRITE = TRUE`
    const [row] = await pool.use((session) =>
      session.run(put, `Uploading records of ${label(stream)}`, queryTag(stream)),
    )
    if (row?.status !== 'UPLOADED') throw uploadFailed(stream, row)
    this.#options.logger.debug(
      `Uploaded ${file.batches.length} batches of ${label(stream)}, ${(file.bytes / 1e6).toFixed(1)} MB, in ${Math.round(performance.now() - startedAt)} ms.`,
    )
  }

  /** Resolves when the file's rows are committed. */
  #enqueue(file: StagedFile): Promise<void> {
    const copied = Promise.withResolvers<void>()
    this.#uploaded.push({ file, copied })
    if (!this.#isCopying) void this.#copyAll()
    return copied.promise
  }

  async #copyAll(): Promise<void> {
    this.#isCopying = true
    while (this.#uploaded.length > 0) await this.#copyGroup(this.#uploaded.splice(0, mostFilesPerCopy))
    this.#isCopying = false
  }

  async #copyGroup(group: readonly UploadedFile[]): Promise<void> {
    try {
      await this.#copyOnce(group.map(({ file }) => file))
      for (const { copied } of group) copied.resolve()
    } catch (error) {
      if (isRefusal(error) && group.length > 1)
        for (const uploaded of group) await this.#copyGroup([uploaded])
      else for (const { copied } of group) copied.reject(error)
    }
  }

  /** However often it is tried: Snowflake skips files that it has copied, and would then report none of their rows. */
  async #copyOnce(files: readonly StagedFile[]): Promise<void> {
    const { persist, hasRawId } = this.#options
    await persist(async (earlier) => {
      const [first] = files
      const hasLanded = earlier !== undefined && first && (await hasRawId(firstOf(first).rawIds.get(0)))
      if (!hasLanded) await this.#copy(files, [])
    })
  }

  /** In a transaction, so that a COPY that loads another number of rows than were sent leaves none of them. */
  async #copy(files: readonly StagedFile[], alongside: SqlTransaction): Promise<void> {
    const [first] = files
    if (first === undefined) return
    const { pool, logger, queryTag, path, beforeCopy } = this.#options
    await beforeCopy()
    const { stream } = firstOf(first)
    const names = files.map(({ name }) => name)
    const statement = copyStatement(this.#table, { generationId: stream.generationId, path, files: names })
    const startedAt = performance.now()
    await pool.use((session) =>
      session.inTransaction(async () => {
        const rows = await runCopy(session, { statement, files, queryTag: queryTag(stream) })
        for (const file of files) assertLoaded(rows, file)
        for (const other of alongside) await session.run(other, 'Running a statement')
      }),
    )
    const { namespace, name } = this.#table
    logger.debug(
      `Copied ${files.length} files into ${namespace}.${name} in ${Math.round(performance.now() - startedAt)} ms.`,
    )
  }
}

type Copy = { readonly statement: Sql; readonly files: readonly StagedFile[]; readonly queryTag: string }

async function runCopy(session: Session, { statement, files, queryTag }: Copy): Promise<readonly Row[]> {
  try {
    return await session.execute(statement, queryTag)
  } catch (error) {
    const [file] = files
    const stream = file && firstOf(file).stream
    const activity = `Loading records of ${stream === undefined ? 'a stream' : label(stream)}`
    const classified = classifySnowflakeError(error, activity, statement)
    const isOneBatch = files.length === 1 && file?.batches.length === 1
    const refused = isOneBatch ? findRefusedRow(error) : undefined
    if (classified.code !== 'DATA_REFUSED' || refused === undefined) throw classified
    const { code, message, detail } = classified
    throw new DestinationError(code, `${message} It is record ${refused.row} of the batch.`, {
      stream: stream?.descriptor,
      detail,
      recordIndex: refused.row - 1,
    })
  }
}

/** COPY reports each file by its path in the stage. */
function assertLoaded(rows: readonly Row[], file: StagedFile): void {
  const row = rows.find((candidate) => String(candidate.file).split('/').at(-1) === file.name)
  if (row?.status === 'LOADED' && Number(row.rows_loaded) === file.rows) return
  const { stream } = firstOf(file)
  throw new DestinationError(
    'RECEIPT_MISMATCH',
    `Of ${file.rows} records of ${label(stream)} Snowflake reports ${row === undefined ? 'nothing' : `${row.rows_loaded} loaded (${row.status})`}. ` +
      'The load was rolled back and no state is released for them; the next sync sends them again.',
    { stream: stream.descriptor },
  )
}

/** No file is on its way without a batch, and all of its batches are of one stream. */
function firstOf(file: StagedFile): StagedBatch {
  const [first] = file.batches
  if (first === undefined) throw new Error(`the staged file ${file.name} is empty`)
  return first
}

function isRefusal(error: unknown): boolean {
  return DestinationError.is(error) && error.code === 'DATA_REFUSED'
}

function label({ descriptor }: StreamConfig): string {
  return `\`${describeStream(descriptor)}\``
}

function uploadFailed({ descriptor }: StreamConfig, row: Row | undefined): DestinationError {
  return new DestinationError(
    'SERVER_UNAVAILABLE',
    `Uploading records of \`${describeStream(descriptor)}\` failed: the driver reports ${String(row?.status ?? 'nothing')} ${String(row?.message ?? '')}.`,
  )
}
