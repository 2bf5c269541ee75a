import {
  asTransient,
  type Batching,
  type DestinationContext,
  DestinationError,
  type LeasesDialect,
  type Logger,
  quoteIdentifier,
  type Receipt,
  type RecordBatch,
  type RightsNeeded,
  type Row,
  rawColumns,
  type Sql,
  type SqlBatch,
  type SqlTransaction,
  SshTunnel,
  sql,
  type TableDescription,
  TableLeases,
  type TableName,
  type Warehouse,
} from 'landfall/sdk'
import type { PostgresConnection } from '../postgres/connection.ts'
import { ConnectionPool } from '../postgres/pool.ts'
import { assertRights, tablesOfOthers } from '../postgres/rights.ts'
import type { RedshiftConfig } from './config.ts'
import { openConnection } from './connection.ts'
import { CopyLoader } from './copy-loader.ts'
import { quoteTable } from './copy-statement.ts'
import { describeTables, listNamespaces } from './describe-tables.ts'
import { literal } from './literal.ts'
import { MarksTable } from './marks-table.ts'
import { redshiftRecordLimits } from './record-limits.ts'
import { readRights } from './rights.ts'
import { microsecondsSince1970 } from './sql-generator.ts'
import { StagingFiles } from './staging-files.ts'
import { inTransaction, runStatement, runTransaction } from './statements.ts'
import { longestVarcharBytes } from './types.ts'

/** Redshift lets one load at a time into a table; the other is of another stream, or is being uploaded. */
const loadConcurrency = 2

/** Loads leave room for a stream that is being typed. */
const connectionLimit = 4

/** A COPY and its commit have a price of seconds, so records wait for others, for as long as their states may. */
const batching: Batching = { batchBytes: 32 * 1024 * 1024, maximumAgeMilliseconds: 60_000 }

export type RedshiftWarehouseOptions = {
  /** Bytes of a staging file before it is compressed, where it is not the usual number. */
  readonly partBytes?: number | undefined
}

/** Amazon Redshift over `pg`, with raw rows loaded by COPY from S3. */
export class RedshiftWarehouse implements Warehouse {
  readonly replacesCharacters = true
  readonly loadConcurrency = loadConcurrency
  readonly batching = batching
  readonly recordLimits = redshiftRecordLimits
  /** A refused record is kept in a VARCHAR. */
  readonly maximumKeptBytes = longestVarcharBytes
  readonly #pool: ConnectionPool
  readonly #tunnel: SshTunnel | undefined
  readonly #loader: CopyLoader
  readonly #leases: TableLeases
  readonly #logger: Logger
  /** Opens a connection that nobody else gets, and that no signal ends. */
  readonly #openAlone: () => Promise<PostgresConnection>
  /** Tables with a load whose end nobody saw. */
  readonly #lostLoads = new Set<Sql>()

  private constructor(parts: Parts, context: DestinationContext) {
    this.#pool = parts.pool
    this.#tunnel = parts.tunnel
    this.#loader = parts.loader
    this.#logger = context.logger
    this.#openAlone = parts.openAlone
    this.#leases = this.#createLeases(context)
  }

  /** Opens the first connection, so that whatever is wrong with the configuration shows here. */
  static async connect(
    config: RedshiftConfig,
    context: DestinationContext,
    { partBytes }: RedshiftWarehouseOptions = {},
  ): Promise<RedshiftWarehouse> {
    const { logger, signal } = context
    const { staging } = config
    let hasConnected = false
    const tunnel = createTunnel(config, context)
    const open = async () => {
      try {
        return await openConnection(config, { tunnel, signal })
      } catch (error) {
        throw hasConnected ? asTransient(error) : error
      }
    }
    const pool = new ConnectionPool({ open, limit: connectionLimit, logger, signal })
    try {
      await pool.use(async () => {})
      hasConnected = true
      logger.info(
        `Connected to Redshift at ${config.host}:${config.port}, database ${config.database}, encrypted` +
          `${config.tls.mode === 'require' ? " (nobody checks the server's certificate)" : ''}; files go to the bucket ${staging.bucket}.`,
      )
      const files = new StagingFiles({ staging, logger, signal })
      const loader = new CopyLoader({ staging, files, logger, partBytes })
      const openAlone = () => openConnection(config, { tunnel })
      return new RedshiftWarehouse({ pool, tunnel, loader, openAlone }, context)
    } catch (error) {
      await pool[Symbol.asyncDispose]()
      await tunnel?.[Symbol.asyncDispose]()
      throw error
    }
  }

  #createLeases({ logger, signal, leaseMilliseconds }: DestinationContext): TableLeases {
    return new TableLeases({
      dialect: leasesDialect,
      // A process that was asked to stop lends no connection any more, and still has to give its leases back.
      execute: (batch) => (signal.aborted ? this.#executeAlone(batch) : this.#execute(batch)),
      query: (statement) => this.query(statement),
      describeTables: (tables) => this.describeTables(tables),
      ensureNamespace: (namespace) => this.#ensureNamespace(namespace),
      logger,
      signal,
      leaseMilliseconds,
    })
  }

  /** A user may lack the right to create one, and need none. */
  async #ensureNamespace(namespace: string): Promise<void> {
    if ((await this.listNamespaces([namespace])).has(namespace)) return
    await this.#execute([[sql`CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(namespace)}`]])
  }

  async lockTables(tables: readonly TableName[]): Promise<void> {
    await this.#leases.acquire(tables)
    // Before anybody asks for marks. The leases have made sure that the schemas are there.
    for (const namespace of new Set(tables.map((table) => table.namespace)))
      await this.#ensureMarks(new MarksTable(namespace))
  }

  /** Not with every sync: of a table that is there, another user may be the owner. */
  async #ensureMarks(marks: MarksTable): Promise<void> {
    const [description] = await this.describeTables([marks.name])
    if (description === undefined) await this.#execute([marks.create()])
  }

  async execute(batch: SqlBatch): Promise<void> {
    if (batch.length === 0) return
    await this.#leases.ensure()
    await this.#execute(batch)
  }

  async #execute(batch: SqlBatch): Promise<void> {
    await this.#pool.use(async ({ client }) => {
      for (const transaction of batch) await runTransaction(client, transaction)
    })
  }

  async #executeAlone(batch: SqlBatch): Promise<void> {
    const { client } = await this.#openAlone()
    try {
      for (const transaction of batch) await runTransaction(client, transaction)
    } finally {
      await client.end()
    }
  }

  /** Booleans and integers of up to 32 bits are JavaScript values; everything else is the server's text. */
  async query(statement: Sql): Promise<readonly Row[]> {
    return this.#pool.use(({ client }) => runStatement(client, statement))
  }

  async insertRaw(table: TableName, batch: RecordBatch, alongside: SqlTransaction = []): Promise<Receipt> {
    const name = quoteTable(table)
    return this.#loader.load(
      table,
      batch,
      async (work) => {
        await this.#leases.ensure()
        await this.#pool.use(async ({ client }) => {
          try {
            await work(client)
          } catch (error) {
            if (DestinationError.is(error) && error.code === 'SERVER_UNAVAILABLE') this.#lostLoads.add(name)
            throw error
          }
        })
      },
      alongside,
    )
  }

  /**
   * A load whose connection broke may still be committing. It holds the table's lock until it has ended one way or the
   * other, so the answer to who asks for the lock is true. https://docs.aws.amazon.com/redshift/latest/dg/r_LOCK.html
   */
  async hasRawId(table: TableName, rawId: string): Promise<boolean> {
    const name = quoteTable(table)
    const select = sql`SELECT 1 AS found FROM ${name} WHERE ${quoteIdentifier(rawColumns.rawId)} = ${literal(rawId)} LIMIT 1`
    return this.#pool.use(async ({ client }) => {
      if (!this.#lostLoads.has(name)) return (await runStatement(client, select)).length > 0
      return inTransaction(client, async () => {
        await runStatement(client, sql`LOCK ${name}`)
        return (await runStatement(client, select)).length > 0
      })
    })
  }

  async assertRights(needed: RightsNeeded): Promise<void> {
    const rights = await this.#pool.use(({ client }) => readRights(client, needed))
    if (rights === undefined) return
    assertRights(rights, needed.isTypingEnabled)
    const ofOthers = tablesOfOthers(rights)
    if (ofOthers.length === 0) return
    this.#logger.warn(
      `The user \`${rights.role}\` does not own all of its tables. Rows can be written; as soon as columns must change, ` +
        `it needs: ${ofOthers.join('; ')};`,
    )
  }

  async describeTables(tables: readonly TableName[]): Promise<readonly (TableDescription | undefined)[]> {
    if (tables.length === 0) return []
    return this.#pool.use(({ client }) => describeTables(client, tables))
  }

  async listNamespaces(namespaces: readonly string[]): Promise<ReadonlySet<string>> {
    if (namespaces.length === 0) return new Set()
    return this.#pool.use(({ client }) => listNamespaces(client, namespaces))
  }

  /** The leases are given back over the pool, and the tunnel carries both. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#leases[Symbol.asyncDispose]()
    await this.#pool[Symbol.asyncDispose]()
    await this.#tunnel?.[Symbol.asyncDispose]()
  }
}

type Parts = {
  readonly pool: ConnectionPool
  readonly tunnel: SshTunnel | undefined
  readonly loader: CopyLoader
  readonly openAlone: () => Promise<PostgresConnection>
}

/** SYSDATE, because GETDATE has whole seconds. Both are in UTC, as the session is. */
const leasesDialect: LeasesDialect = {
  quote: quoteIdentifier,
  table: quoteTable,
  literal,
  textType: sql`varchar(${longestVarcharBytes})`,
  integerType: sql`bigint`,
  now: microsecondsSince1970(sql`SYSDATE`),
}

function createTunnel(
  { tunnel, parameters }: RedshiftConfig,
  { logger, signal }: DestinationContext,
): SshTunnel | undefined {
  if (tunnel === undefined) return undefined
  return new SshTunnel({
    config: tunnel,
    logger,
    signal,
    timeoutMilliseconds: parameters.connectTimeout || undefined,
  })
}
