import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  asTransient,
  type Batching,
  type DestinationContext,
  describeStream,
  type LeasesDialect,
  type Logger,
  quoteIdentifier,
  quoteLiteral,
  type Receipt,
  type RecordBatch,
  type Row,
  rawColumns,
  type Sql,
  type SqlBatch,
  type SqlTransaction,
  type StreamConfig,
  sql,
  type TableDescription,
  TableLeases,
  type TableName,
  type Warehouse,
} from 'landfall/sdk'
import type { SnowflakeConfig } from './config.ts'
import { quoteTable } from './copy-statement.ts'
import { loadDriver } from './driver.ts'
import { classifySnowflakeError, isMissing } from './errors.ts'
import { literal } from './literal.ts'
import { snowflakeRecordLimits } from './record-limits.ts'
import { Session } from './session.ts'
import { SessionPool } from './session-pool.ts'
import { StageLoader } from './stage-loader.ts'

/** Batches that are encoded and compressed at a time; those that are in a file already wait beside them. */
const loadConcurrency = 3

/**
 * A COPY has a price of its own, about a second of the warehouse, so records wait for others for as long as their states
 * may. Batches are collected in files, so that they need not be large themselves.
 */
const batching: Batching = { batchBytes: 16 * 1024 * 1024, maximumAgeMilliseconds: 60_000 }

/** A COPY, uploads, and a stream that is being typed. */
const sessionLimit = 4

type SnowflakeFacts = {
  readonly ignoresCase: boolean
  /** From which size on a file is sent off, where it is not the usual one. */
  readonly fileBytes?: number | undefined
}

/** Snowflake over its driver, with raw rows loaded from an internal stage. */
export class SnowflakeWarehouse implements Warehouse {
  readonly replacesCharacters = true
  readonly loadConcurrency = loadConcurrency
  readonly batching = batching
  readonly recordLimits = snowflakeRecordLimits
  /** A statement has a megabyte, and escapes may double a text. */
  readonly maximumKeptBytes = 256 * 1024
  readonly #pool: SessionPool
  readonly #loader: StageLoader
  readonly #leases: TableLeases
  readonly #logger: Logger
  /** The account's QUOTED_IDENTIFIERS_IGNORE_CASE: names in quotes are stored in upper case. */
  readonly #ignoresCase: boolean

  private constructor(pool: SessionPool, context: DestinationContext, facts: SnowflakeFacts) {
    const { logger } = context
    this.#pool = pool
    this.#logger = logger
    this.#ignoresCase = facts.ignoresCase
    const directory = join(tmpdir(), `landfall-snowflake-${randomUUID()}`)
    this.#leases = this.#createLeases(context)
    const beforeCopy = () => this.#leases.ensure()
    this.#loader = new StageLoader({
      pool,
      logger,
      directory,
      queryTag,
      beforeCopy,
      hasRawId: (table, rawId) => this.hasRawId(table, rawId),
      signal: context.signal,
      fileBytes: facts.fileBytes,
    })
  }

  /** Opens the first session, so that whatever is wrong with the configuration shows here. */
  static async connect(
    config: SnowflakeConfig,
    context: DestinationContext,
    { fileBytes }: Pick<SnowflakeFacts, 'fileBytes'> = {},
  ): Promise<SnowflakeWarehouse> {
    const { logger, signal } = context
    const driver = await loadDriver()
    let hasConnected = false
    const open = async () => {
      try {
        return await Session.open(driver, config, { logger, signal })
      } catch (error) {
        throw hasConnected ? asTransient(error) : error
      }
    }
    const pool = new SessionPool({ open, limit: sessionLimit, logger, signal })
    try {
      const ignoresCase = await pool.use(readCasePolicy)
      hasConnected = true
      logger.info(
        `Connected to Snowflake at ${config.url}, database ${config.database}, warehouse ${config.warehouse}, role ${config.role}.` +
          (ignoresCase
            ? ' QUOTED_IDENTIFIERS_IGNORE_CASE is on: raw tables and their columns have upper case.'
            : ''),
      )
      return new SnowflakeWarehouse(pool, context, { ignoresCase, fileBytes })
    } catch (error) {
      await pool[Symbol.asyncDispose]()
      throw error
    }
  }

  #createLeases({ logger, signal, leaseMilliseconds }: DestinationContext): TableLeases {
    return new TableLeases({
      dialect: leasesDialect,
      // A lease ends while long loads have all sessions, and is given back also when the process was asked to stop.
      execute: (batch) => this.#execute(batch, { isUrgent: true }),
      query: (statement) =>
        this.#pool.use((session) => session.run(statement, 'Looking at the leases'), { isUrgent: true }),
      describeTables: (tables) => this.describeTables(tables),
      ensureNamespace: (namespace) => this.#ensureNamespace(namespace),
      logger,
      signal,
      leaseMilliseconds,
    })
  }

  /** A role may lack the right to create one, and need none. */
  async #ensureNamespace(namespace: string): Promise<void> {
    if ((await this.listNamespaces([namespace])).has(namespace)) return
    await this.#execute([[sql`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(namespace)}`]])
  }

  async lockTables(tables: readonly TableName[]): Promise<void> {
    await this.#leases.acquire(tables)
  }

  async execute(batch: SqlBatch, stream?: StreamConfig): Promise<void> {
    await this.#leases.ensure()
    const tag = stream === undefined ? undefined : queryTag(stream)
    await this.#execute(batch, { tag })
  }

  async #execute(
    batch: SqlBatch,
    { tag, isUrgent }: { readonly tag?: string | undefined; readonly isUrgent?: boolean } = {},
  ): Promise<void> {
    for (const transaction of batch) {
      await this.#pool.use((session) => runTransaction(session, transaction, tag), { isUrgent })
    }
  }

  async query(statement: Sql): Promise<readonly Row[]> {
    return this.#pool.use((session) => session.run(statement, 'Running a query'))
  }

  async insertRaw(table: TableName, batch: RecordBatch, alongside: SqlTransaction = []): Promise<Receipt> {
    return this.#loader.load(table, batch, alongside)
  }

  /**
   * Nothing that an earlier load has left can still come: its rows are in a transaction that only this process
   * commits, and the driver repeats a lost COMMIT until it has the answer.
   */
  async hasRawId(table: TableName, rawId: string): Promise<boolean> {
    const rows = await this.query(
      sql`SELECT 1 AS found FROM ${quoteTable(table)} WHERE ${quoteIdentifier(rawColumns.rawId)} = ${quoteLiteral(rawId)} LIMIT 1`,
    )
    return rows.length > 0
  }

  async describeTables(tables: readonly TableName[]): Promise<readonly (TableDescription | undefined)[]> {
    // The same table may be asked for more than once, and each answer is a statement.
    const descriptions = new Map<string, Promise<TableDescription | undefined>>()
    for (const table of tables) {
      const key = quoteTable(table)
      if (!descriptions.has(key))
        descriptions.set(
          key,
          this.#pool.use((session) => this.#describe(session, table)),
        )
    }
    return Promise.all(tables.map((table) => descriptions.get(quoteTable(table))))
  }

  async #describe(session: Session, table: TableName): Promise<TableDescription | undefined> {
    const statement = sql`DESCRIBE TABLE ${quoteTable(table)}`
    try {
      const rows = await session.execute(statement)
      return new Map(rows.map((row) => [this.#columnName(table, String(row.name)), typeName(row)]))
    } catch (error) {
      if (isMissing(error)) return undefined
      throw classifySnowflakeError(error, `Describing \`${table.namespace}.${table.name}\``, statement)
    }
  }

  /** Only raw tables have lower case in their names; where the server has folded it, their columns were folded, too. */
  #columnName({ name: table }: TableName, column: string): string {
    const isFolded = this.#ignoresCase && table !== table.toUpperCase()
    return isFolded ? column.toLowerCase() : column
  }

  async listNamespaces(namespaces: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await Promise.all(
      namespaces.map(async (namespace) => {
        const rows = await this.query(sql`SHOW SCHEMAS LIKE ${literal(namespace)}`)
        const stored = this.#ignoresCase ? namespace.toUpperCase() : namespace
        return rows.some(({ name }) => name === stored) ? [namespace] : []
      }),
    )
    return new Set(found.flat())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#loader.dropStages()
    await this.#leases[Symbol.asyncDispose]()
    await this.#pool[Symbol.asyncDispose]()
    this.#logger.debug('All sessions are closed.')
  }
}

const leasesDialect: LeasesDialect = {
  quote: quoteIdentifier,
  table: quoteTable,
  literal,
  textType: sql`TEXT`,
  integerType: sql`NUMBER(38, 0)`,
  now: sql`DATE_PART(EPOCH_MICROSECOND, CURRENT_TIMESTAMP())`,
}

/** https://docs.snowflake.com/en/sql-reference/parameters#quoted-identifiers-ignore-case */
async function readCasePolicy(session: Session): Promise<boolean> {
  const statement = "SHOW PARAMETERS LIKE 'QUOTED_IDENTIFIERS_IGNORE_CASE' IN SESSION"
  const [row] = await session.run(statement, 'Reading the case policy')
  return String(row?.value).toLowerCase() === 'true'
}

async function runTransaction(
  session: Session,
  statements: SqlTransaction,
  tag: string | undefined,
): Promise<void> {
  const [first, ...others] = statements
  if (first === undefined) return
  const run = (statement: Sql) => session.run(statement, `Running \`${firstWords(statement)}\``, tag)
  if (others.length === 0) {
    await run(first)
    return
  }
  await session.inTransaction(async () => {
    for (const statement of statements) await run(statement)
  })
}

/** Shown in QUERY_HISTORY, so that costs can be summed by stream and sync. At most 2000 characters. */
function queryTag({ descriptor, syncId, generationId }: StreamConfig): string {
  const stream = describeStream(descriptor).slice(0, 500)
  return JSON.stringify({
    connector: 'landfall',
    stream,
    sync_id: String(syncId),
    generation_id: String(generationId),
  })
}

/** `VARCHAR(16777216)` is `VARCHAR`, as the SQL generator names it. */
function typeName(row: Row): string {
  const type = String(row.type).replace(/\(.*\)$/, '')
  return row['null?'] === 'N' ? `${type} NOT NULL` : type
}

/** Enough of a statement to recognise it in a message; the rest may be long. */
function firstWords(statement: Sql): string {
  return (statement.split('\n', 1)[0] ?? '').slice(0, 100).replaceAll('`', "'").trimEnd()
}
