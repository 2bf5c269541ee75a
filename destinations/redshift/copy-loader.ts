import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import {
  DestinationError,
  describeStream,
  type Logger,
  type Receipt,
  type RecordBatch,
  type SqlTransaction,
  sql,
  type TableName,
} from 'landfall/sdk'
import type pg from 'pg'
import type { S3Staging } from './config.ts'
import { copyStatement, manifestOf } from './copy-statement.ts'
import { encodeBatch } from './encode-batch.ts'
import { classifyRedshiftError } from './errors.ts'
import { fileName } from './file-names.ts'
import { findRefusedRecord, type StagedPart } from './find-refused-record.ts'
import type { StagingFiles } from './staging-files.ts'
import { inTransaction, runStatement } from './statements.ts'

export type CopyLoaderOptions = {
  readonly staging: S3Staging
  readonly files: StagingFiles
  readonly logger: Logger
  /** Default: that of `encodeBatch`. */
  readonly partBytes?: number | undefined
}

/** The files of a batch, in its order, and the manifest that names them. */
type StagedBatch = { readonly parts: readonly StagedPart[]; readonly manifest: string }

/** The fastest: uploads are rarely the bottleneck, and level 6 takes four times the processor. */
const compressionLevel = 1

const compress = promisify(gzip)

/** Brings batches into raw tables: files into the bucket, then one COPY in one transaction. */
export class CopyLoader {
  readonly #options: CopyLoaderOptions
  #partNumber = 0

  constructor(options: CopyLoaderOptions) {
    this.#options = options
  }

  /** Uploads the batch, lends a connection, copies; the files go whatever happens. */
  async load(
    table: TableName,
    batch: RecordBatch,
    copy: (work: (client: pg.Client) => Promise<void>) => Promise<void>,
    alongside: SqlTransaction,
  ): Promise<Receipt> {
    const folder = this.#folder(table)
    const written: string[] = []
    try {
      const staged = await this.#upload(folder, batch, written)
      await copy((client) => this.#copy(client, { table, batch, staged, alongside }))
      return { rowsWritten: batch.count, rejected: [] }
    } finally {
      await this.#remove(written)
    }
  }

  /** `<path>/<raw table>/2024_02_29_12_<uuid>/`, as the Java connector has it. */
  #folder({ name }: TableName): string {
    const hour = new Date().toISOString().slice(0, 13).replace(/[-T]/g, '_')
    const { path } = this.#options.staging
    return `${path === '' ? '' : `${path}/`}${name}/${hour}_${randomUUID()}`
  }

  async #upload(folder: string, batch: RecordBatch, written: string[]): Promise<StagedBatch> {
    const { files, logger, staging, partBytes } = this.#options
    const startedAt = performance.now()
    let bytes = 0
    const parts: StagedPart[] = []
    let firstIndex = 0
    for (const { lines, rows } of encodeBatch(batch, partBytes)) {
      this.#partNumber += 1
      const facts = { now: new Date(), syncId: batch.stream.syncId, partNumber: this.#partNumber }
      const key = `${folder}/${fileName(staging.fileNamePattern, facts)}`
      const body = await compress(lines, { level: compressionLevel })
      written.push(key)
      await files.write(key, body)
      parts.push({ uri: files.uri(key), firstIndex, rows })
      firstIndex += rows
      bytes += body.length
    }
    const manifest = `${folder}/${randomUUID()}.manifest`
    written.push(manifest)
    await files.write(manifest, Buffer.from(manifestOf(parts.map(({ uri }) => uri))))
    logger.debug(
      `Uploaded ${batch.count} records of \`${describeStream(batch.stream.descriptor)}\` in ${parts.length} files, ${(bytes / 1e6).toFixed(1)} MB, in ${Math.round(performance.now() - startedAt)} ms.`,
    )
    return { parts, manifest: files.uri(manifest) }
  }

  /** In a transaction, so that a COPY that loads another number of rows than were sent leaves none of them. */
  async #copy(client: pg.Client, { table, batch, staged, alongside }: Copy): Promise<void> {
    const startedAt = performance.now()
    const statement = copyStatement(table, staged.manifest, this.#options.staging)
    const activity = `Loading ${batch.count} records of \`${describeStream(batch.stream.descriptor)}\``
    try {
      await inTransaction(client, async () => {
        await runCopy(client, statement, activity)
        await assertCount(client, batch)
        for (const other of alongside) await runStatement(client, other)
      })
    } catch (error) {
      const isRefusal = DestinationError.is(error) && error.code === 'DATA_REFUSED'
      throw isRefusal ? await this.#nameRecord(client, batch, staged, error) : error
    }
    const { namespace, name } = table
    this.#options.logger.debug(
      `Copied ${batch.count} rows into ${namespace}.${name} in ${Math.round(performance.now() - startedAt)} ms.`,
    )
  }

  async #nameRecord(
    client: pg.Client,
    { stream }: RecordBatch,
    { parts }: StagedBatch,
    refusal: DestinationError,
  ): Promise<DestinationError> {
    const found = await findRefusedRecord(client, parts, this.#options.logger)
    const { code, message, detail } = refusal
    if (found === undefined) return new DestinationError(code, message, { stream: stream.descriptor, detail })
    return new DestinationError(code, `${message} It is record ${found.index + 1} of the batch.`, {
      stream: stream.descriptor,
      detail: `error ${found.code}, column ${found.column}`,
      recordIndex: found.index,
    })
  }

  /** A file that stays behind costs a little money, and no row: it is worth a warning, not a failure. */
  async #remove(keys: readonly string[]): Promise<void> {
    const { files, logger, staging } = this.#options
    if (staging.keepsFiles) return
    const results = await Promise.allSettled(keys.map((key) => files.remove(key)))
    const failed = results.find((result) => result.status === 'rejected')
    if (failed === undefined) return
    const { reason } = failed
    logger.warn(
      `Files stay behind in the bucket. ${reason instanceof Error ? reason.message : String(reason)}`,
    )
  }
}

type Copy = {
  readonly table: TableName
  readonly batch: RecordBatch
  readonly staged: StagedBatch
  readonly alongside: SqlTransaction
}

/** The error has no statement with it, and no cause: the driver's own error may repeat the statement. */
async function runCopy(client: pg.Client, statement: string, activity: string): Promise<void> {
  try {
    await client.query(statement)
  } catch (error) {
    throw withoutCause(classifyRedshiftError(error, activity))
  }
}

function withoutCause({ code, message, detail, failureType }: DestinationError): DestinationError {
  return new DestinationError(code, message, { detail, failureType })
}

async function assertCount(client: pg.Client, batch: RecordBatch): Promise<void> {
  const [row] = await runStatement(client, sql`SELECT pg_last_copy_count() AS rows_loaded`)
  if (Number(row?.rows_loaded) === batch.count) return
  const { descriptor } = batch.stream
  throw new DestinationError(
    'RECEIPT_MISMATCH',
    `Of ${batch.count} records of \`${describeStream(descriptor)}\` Redshift reports ${String(row?.rows_loaded)} loaded. ` +
      'The load was rolled back and no state is released for them; the next sync sends them again.',
    { stream: descriptor },
  )
}
