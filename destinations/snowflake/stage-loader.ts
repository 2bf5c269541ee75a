import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  DestinationError,
  describeStream,
  joinSql,
  type Logger,
  quoteIdentifier,
  type Receipt,
  type RecordBatch,
  type Row,
  rawColumns,
  type Sql,
  type SqlTransaction,
  sql,
  standardName,
  type TableName,
} from 'landfall/sdk'
import { classifySnowflakeError, findRefusedRow } from './errors.ts'
import { literal } from './literal.ts'
import type { Session } from './session.ts'
import type { SessionPool } from './session-pool.ts'
import { fieldSeparator, writeStagedFile } from './staged-file.ts'

export type StageLoaderOptions = {
  readonly pool: SessionPool
  readonly logger: Logger
  /** For files on their way; made when it is needed. */
  readonly directory: string
  readonly queryTag: (batch: RecordBatch) => string
}

/** A batch whose file is in the stage. */
type StagedBatch = {
  readonly file: string
  readonly batch: RecordBatch
  readonly resolve: (receipt: Receipt) => void
  readonly reject: (error: unknown) => void
}

/** What waits for the next COPY into one table. */
type Queue = { readonly waiting: StagedBatch[]; isCopying: boolean }

/** https://docs.snowflake.com/en/sql-reference/sql/copy-into-table: the list of names has a limit of 1000. */
const mostFilesPerCopy = 1000

/**
 * Brings batches into raw tables through an internal stage: a compressed file per batch, PUT while earlier files
 * are copied, and one COPY for all files that wait by the time the one before has ended. A receipt is given
 * when the transaction of its COPY is committed, so a state is never ahead of its rows.
 */
export class StageLoader {
  readonly #options: StageLoaderOptions
  readonly #queues = new Map<string, Queue>()
  /** Stages that exist, by their names. */
  readonly #stages = new Map<string, Promise<void>>()
  /** Upstream has the same: files of one run are together, those of a run that died are apart. */
  readonly #path = randomUUID()
  #fileCount = 0

  constructor(options: StageLoaderOptions) {
    this.#options = options
  }

  async load(table: TableName, batch: RecordBatch, alongside: SqlTransaction): Promise<Receipt> {
    const file = await this.#upload(table, batch)
    if (alongside.length > 0) return this.#copyWith(table, { file, batch }, alongside)
    const { promise, resolve, reject } = Promise.withResolvers<Receipt>()
    const queue = this.#queue(table)
    queue.waiting.push({ file, batch, resolve, reject })
    if (!queue.isCopying) void this.#drain(table, queue)
    return promise
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

  async #upload(table: TableName, batch: RecordBatch): Promise<string> {
    const { pool, directory, queryTag } = this.#options
    const stage = stageOf(table)
    await this.#ensureStage(stage)
    await mkdir(directory, { recursive: true })
    this.#fileCount += 1
    const file = `${this.#fileCount}.csv.gz`
    const path = join(directory, file)
    try {
      await writeStagedFile(batch, path)
      const put = `PUT ${literal(`file://${path}`)} ${literal(`@${stage}/${this.#path}`)} AUTO_COMPRESS = FALSE SOURCE_COMPRESSION = GZIP PARALLEL = 1 OVERWRITE = TRUE`
      const [row] = await pool.use((session) =>
        session.run(put, `Uploading records of ${label(batch)}`, queryTag(batch)),
      )
      if (row?.status !== 'UPLOADED') throw uploadFailed(batch, row)
      return file
    } finally {
      await rm(path, { force: true })
    }
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

  #queue({ namespace, name }: TableName): Queue {
    const key = JSON.stringify([namespace, name])
    const queue = this.#queues.get(key) ?? { waiting: [], isCopying: false }
    this.#queues.set(key, queue)
    return queue
  }

  /** Copies until nobody waits. Never throws: each batch gets its own answer. */
  async #drain(table: TableName, queue: Queue): Promise<void> {
    queue.isCopying = true
    while (queue.waiting.length > 0) await this.#copyGroup(table, queue.waiting.splice(0, mostFilesPerCopy))
    queue.isCopying = false
  }

  async #copyGroup(table: TableName, group: readonly StagedBatch[]): Promise<void> {
    try {
      await this.#copy(table, group, [])
      for (const { batch, resolve } of group) resolve({ rowsWritten: batch.count, rejected: [] })
    } catch (error) {
      const [only] = group
      const isRefusal = DestinationError.is(error) && error.code === 'DATA_REFUSED'
      // One bad record is no reason to refuse the others: each file by itself.
      if (isRefusal && group.length > 1) for (const staged of group) await this.#copyGroup(table, [staged])
      else if (group.length === 1) only?.reject(error)
      else for (const { reject } of group) reject(error)
    }
  }

  async #copyWith(
    table: TableName,
    staged: Pick<StagedBatch, 'file' | 'batch'>,
    alongside: SqlTransaction,
  ): Promise<Receipt> {
    await this.#copy(table, [staged], alongside)
    return { rowsWritten: staged.batch.count, rejected: [] }
  }

  /** In a transaction, so that a COPY that loads another number of rows than were sent leaves none of them. */
  async #copy(
    table: TableName,
    group: readonly Pick<StagedBatch, 'file' | 'batch'>[],
    alongside: SqlTransaction,
  ): Promise<void> {
    const [first] = group
    if (first === undefined) return
    const { pool, logger, queryTag } = this.#options
    const startedAt = performance.now()
    await pool.use((session) =>
      session.inTransaction(async () => {
        const rows = await runCopy(
          session,
          copyStatement(table, first.batch, this.#path, group),
          group,
          queryTag(first.batch),
        )
        for (const staged of group) assertLoaded(rows, staged)
        for (const statement of alongside) await session.run(statement, 'Running a statement')
      }),
    )
    logger.debug(
      `Copied ${group.length} files into ${table.namespace}.${table.name} in ${Math.round(performance.now() - startedAt)} ms.`,
    )
  }
}

async function runCopy(
  session: Session,
  statement: Sql,
  group: readonly Pick<StagedBatch, 'file' | 'batch'>[],
  queryTag: string,
): Promise<readonly Row[]> {
  try {
    return await session.execute(statement, queryTag)
  } catch (error) {
    const [staged] = group
    const activity = `Loading records of ${staged === undefined ? 'a stream' : label(staged.batch)}`
    const classified = classifySnowflakeError(error, activity, statement)
    const refused = group.length === 1 ? findRefusedRow(error) : undefined
    if (classified.code !== 'DATA_REFUSED' || staged === undefined || refused === undefined) throw classified
    const { code, message, detail } = classified
    throw new DestinationError(code, `${message} It is record ${refused.row} of the batch.`, {
      stream: staged.batch.stream.descriptor,
      detail,
      recordIndex: refused.row - 1,
    })
  }
}

/** COPY reports each file by its path in the stage. */
function assertLoaded(rows: readonly Row[], { file, batch }: Pick<StagedBatch, 'file' | 'batch'>): void {
  const row = rows.find((candidate) => String(candidate.file).split('/').at(-1) === file)
  if (row?.status === 'LOADED' && Number(row.rows_loaded) === batch.count) return
  throw new DestinationError(
    'RECEIPT_MISMATCH',
    `Of ${batch.count} records of ${label(batch)} Snowflake reports ${row === undefined ? 'nothing' : `${row.rows_loaded} loaded (${row.status})`}. ` +
      'The load was rolled back and no state is released for them; the next sync sends them again.',
    { stream: batch.stream.descriptor },
  )
}

const copyColumns = [
  rawColumns.rawId,
  rawColumns.extractedAt,
  rawColumns.data,
  rawColumns.meta,
  rawColumns.generationId,
]

const separatorCode = fieldSeparator.toString(16).padStart(2, '0')

/**
 * Through a SELECT, so that the record is parsed as JSON whatever the file says of it; of a key that comes
 * twice the last one counts (`'d'`), where PARSE_JSON would refuse the record.
 */
function copyStatement(
  table: TableName,
  { stream }: RecordBatch,
  path: string,
  group: readonly Pick<StagedBatch, 'file'>[],
): Sql {
  const columns = joinSql(copyColumns.map(quoteIdentifier), ', ')
  const files = joinSql(
    group.map(({ file }) => literal(file)),
    ', ',
  )
  const format = joinSql(
    [
      sql`TYPE = CSV`,
      sql`COMPRESSION = GZIP`,
      sql`FIELD_DELIMITER = ${literal(`\\x${separatorCode}`)}`,
      sql`RECORD_DELIMITER = ${literal('\\n')}`,
      sql`ESCAPE_UNENCLOSED_FIELD = NONE`,
      sql`NULL_IF = ()`,
    ],
    ' ',
  )
  return sql`COPY INTO ${quoteTable(table)} (${columns})
FROM (
  SELECT $1, TO_TIMESTAMP_TZ($2), PARSE_JSON($3, 'd'), PARSE_JSON($4), ${stream.generationId}
  FROM @${stageOf(table)}/${stagePath(path)}/
)
FILES = (${files})
FILE_FORMAT = (${format})
ON_ERROR = ABORT_STATEMENT
PURGE = TRUE`
}

/**
 * Named after its raw table, without what PUT might not take in a name, as in the Java connector. Two streams may
 * share a stage: no two files of a run have one name.
 */
function stageOf({ namespace, name }: TableName): Sql {
  return quoteTable({ namespace, name: standardName(name) })
}

/** A UUID: nothing in it needs quotes. */
function stagePath(path: string): Sql {
  const quoted = literal(path)
  return joinSql([quoted], '').slice(1, -1) as Sql
}

export function quoteTable(table: TableName): Sql {
  return sql`${quoteIdentifier(table.namespace)}.${quoteIdentifier(table.name)}`
}

function label(batch: RecordBatch): string {
  return `\`${describeStream(batch.stream.descriptor)}\``
}

function uploadFailed(batch: RecordBatch, row: Row | undefined): DestinationError {
  return new DestinationError(
    'SERVER_UNAVAILABLE',
    `Uploading records of ${label(batch)} failed: the driver reports ${String(row?.status ?? 'nothing')} ${String(row?.message ?? '')}.`,
  )
}
