import type { ConnectionOptions, Pool, PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import { rawColumns } from '../../catalog/meta-columns.ts'
import { asTransient } from '../../connection/as-transient.ts'
import type { Receipt, RecordBatch } from '../../destination/record-batch.ts'
import type { RecordLimits } from '../../destination/record-limits.ts'
import type { Row, TableDescription, Warehouse } from '../../destination/warehouse.ts'
import { DestinationError } from '../../errors.ts'
import { authoredSql, joinSql, type Sql, type SqlBatch, type SqlTransaction, sql } from '../../sql/sql.ts'
import type { TableName } from '../../sql/sql-generator.ts'
import { interpolate } from '../interpolate.ts'
import type { LoadStatement } from '../manifest.ts'
import { atLogin, classifyMysqlError, type ErrorContext } from './mysql-errors.ts'
import type { MysqlTunnel } from './mysql-tunnel.ts'
import { packetParts, type RawRow, rowsOf } from './raw-rows.ts'

export type MysqlWarehouseOptions = {
  readonly connection: ConnectionOptions
  /** The way to the server, where it is not the network; closed with the warehouse. */
  readonly tunnel: MysqlTunnel | undefined
  readonly session: readonly string[]
  readonly load: LoadStatement
  readonly describe: string
  readonly limits: { readonly maximum_string_bytes?: number; readonly maximum_depth?: number }
  readonly errors: ErrorContext
  readonly quote: (name: string) => Sql
  readonly literal: (value: string) => Sql
}

/** One for loads, one for statements, one that holds the locks. */
const connectionLimit = 3

/** How long another sync of the same tables is waited for. */
const lockTimeoutSeconds = 10

/** What a packet holds besides the values: the statement, lengths and headers. */
const packetOverhead = 100_000

/** A server that speaks the protocol of MySQL, through mysql2. */
export class MysqlWarehouse implements Warehouse {
  readonly replacesCharacters = true
  readonly loadConcurrency = 1
  readonly recordLimits: RecordLimits
  readonly #pool: Pool
  readonly #options: MysqlWarehouseOptions
  readonly #packetBytes: number
  /** A name as the server stores and compares it. */
  readonly #storedName: (name: string) => string
  readonly #prepared = new WeakSet<object>()
  #lockHolder: PoolConnection | undefined
  #lockedTables: readonly TableName[] = []

  /** Connects once, so that a wrong password is found here. */
  static async open(options: MysqlWarehouseOptions): Promise<MysqlWarehouse> {
    const { createPool } = await loadDriver()
    const pool = createPool({
      ...options.connection,
      connectionLimit,
      charset: 'utf8mb4',
      timezone: 'Z',
      supportBigNumbers: true,
      bigNumberStrings: true,
      dateStrings: true,
      // A statement for each table and number of rows; more would be forgotten by the server only at the end.
      maxPreparedStatements: 50,
    })
    try {
      return new MysqlWarehouse(pool, options, await readServerFacts(pool))
    } catch (error) {
      await pool.end()
      const cause = options.tunnel?.recall(error) ?? error
      throw atLogin(classifyMysqlError(cause, 'connecting', options.errors))
    }
  }

  constructor(pool: Pool, options: MysqlWarehouseOptions, { packetBytes, foldsNames }: ServerFacts) {
    this.#pool = pool
    this.#options = options
    this.#packetBytes = packetBytes
    this.#storedName = foldsNames ? (name) => name.toLowerCase() : (name) => name
    const { maximum_string_bytes: stringBytes, maximum_depth: depth } = options.limits
    const safeRecordBytes = packetBytes - packetOverhead
    this.recordLimits = {
      acceptsNumber: () => true,
      maximumStringBytes: Math.min(stringBytes ?? Number.MAX_SAFE_INTEGER, safeRecordBytes),
      safeRecordBytes,
      safeDepth: depth ?? 90,
    }
  }

  async execute(batch: SqlBatch): Promise<void> {
    for (const transaction of batch) {
      await this.#withConnection('running a transaction', (connection) =>
        this.#transact(connection, () => this.#run(connection, transaction)),
      )
    }
  }

  async #run(connection: PoolConnection, statements: SqlTransaction): Promise<void> {
    for (const statement of statements) {
      try {
        await connection.query(statement)
      } catch (error) {
        const [first = ''] = statement.split('\n', 1)
        throw this.#explain(error, `running \`${first.replaceAll('`', "'")}\``)
      }
    }
  }

  async query(statement: Sql): Promise<readonly Row[]> {
    return this.#withConnection(
      `running \`${statement.split('\n', 1)[0]?.replaceAll('`', "'")}\``,
      async (connection) => {
        const [rows] = await connection.query<RowDataPacket[]>(statement)
        return rows
      },
    )
  }

  async insertRaw(table: TableName, batch: RecordBatch, alongside: SqlTransaction = []): Promise<Receipt> {
    const activity = `loading ${batch.count} records into \`${table.namespace}.${table.name}\``
    const rowsWritten = await this.#withConnection(activity, async (connection) => {
      await this.#holdLocks()
      return this.#transact(connection, async () => {
        const count = await this.#insert(connection, table, batch)
        await this.#run(connection, alongside)
        return count
      })
    })
    return { rowsWritten, rejected: [] }
  }

  async #insert(connection: PoolConnection, table: TableName, batch: RecordBatch): Promise<number> {
    const { load } = this.#options
    const maximumBytes = this.#packetBytes - packetOverhead
    let rowsWritten = 0
    for (const part of packetParts(rowsOf(batch), { maximumRows: load.maximum_rows, maximumBytes })) {
      const statement = this.#loadStatement(table, part.length)
      const [result] = await connection.execute<ResultSetHeader>(statement, part.flatMap(toParameters))
      rowsWritten += result.affectedRows
    }
    return rowsWritten
  }

  #loadStatement(table: TableName, rows: number): string {
    const { load, quote } = this.#options
    const { rawId, extractedAt, data, meta, generationId } = rawColumns
    return interpolate(load.statement, {
      table: this.#table(table),
      columns: [rawId, extractedAt, data, meta, generationId].map(quote).join(', '),
      rows: Array.from({ length: rows }, () => load.row).join(',\n'),
    })
  }

  /** A lock on the table waits for every transaction that has written to it. */
  async hasRawId(table: TableName, rawId: string): Promise<boolean> {
    return this.#withConnection(`looking for a row of \`${table.name}\``, async (connection) => {
      await connection.query(`LOCK TABLES ${this.#table(table)} READ`)
      try {
        const column = this.#options.quote(rawColumns.rawId)
        const [rows] = await connection.query<RowDataPacket[]>(
          sql`SELECT 1 FROM ${this.#table(table)} WHERE ${column} = ${this.#options.literal(rawId)}`,
        )
        return rows.length > 0
      } finally {
        await connection.query('UNLOCK TABLES')
      }
    })
  }

  async lockTables(tables: readonly TableName[]): Promise<void> {
    this.#lockedTables = tables.toSorted((one, other) => one.name.localeCompare(other.name))
    try {
      await this.#holdLocks()
    } catch (error) {
      throw this.#explain(error, 'locking tables')
    }
  }

  /**
   * Named locks go away with their connection, so it is asked for before each load, and where it was cut the locks
   * are taken again. https://mariadb.com/kb/en/get_lock/
   */
  async #holdLocks(): Promise<void> {
    if (this.#lockedTables.length === 0 || (await isAlive(this.#lockHolder))) return
    this.#lockHolder?.destroy()
    this.#lockHolder = await this.#connect()
    for (const { namespace, name } of this.#lockedTables) {
      // The name of a lock has at most 64 characters.
      const lock = this.#options.literal(this.#storedName(`landfall:${namespace}.${name}`))
      const [rows] = await this.#lockHolder.query<RowDataPacket[]>(
        `SELECT GET_LOCK(SHA1(${lock}), ${lockTimeoutSeconds}) AS is_locked`,
      )
      if (Number(rows[0]?.is_locked) !== 1) {
        throw new DestinationError(
          'TABLE_LOCKED',
          `Another sync writes to \`${namespace}.${name}\`. Wait until it has ended, or stop it.`,
        )
      }
    }
  }

  async describeTables(tables: readonly TableName[]): Promise<readonly (TableDescription | undefined)[]> {
    if (tables.length === 0) return []
    const { literal, describe } = this.#options
    const pairs = tables.map(({ namespace, name }) => sql`(${literal(namespace)}, ${literal(name)})`)
    const rows = await this.query(authoredSql(interpolate(describe, { tables: joinSql(pairs, ', ') })))
    const descriptions = new Map<string, Map<string, string>>()
    for (const row of rows) {
      const key = this.#key(String(row.table_namespace), String(row.table_name))
      const columns = descriptions.get(key) ?? new Map<string, string>()
      descriptions.set(key, columns.set(String(row.column_name), String(row.column_type)))
    }
    return tables.map(({ namespace, name }) => descriptions.get(this.#key(namespace, name)))
  }

  #key(namespace: string, name: string): string {
    return this.#storedName(JSON.stringify([namespace, name]))
  }

  async listNamespaces(namespaces: readonly string[]): Promise<ReadonlySet<string>> {
    if (namespaces.length === 0) return new Set()
    const names = joinSql(namespaces.map(this.#options.literal), ', ')
    const rows = await this.query(
      sql`SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name IN (${names})`,
    )
    const found = new Set(rows.map((row) => this.#storedName(String(row.name))))
    return new Set(namespaces.filter((name) => found.has(this.#storedName(name))))
  }

  #table({ namespace, name }: TableName): Sql {
    return sql`${this.#options.quote(namespace)}.${this.#options.quote(name)}`
  }

  async #transact<Result>(connection: PoolConnection, action: () => Promise<Result>): Promise<Result> {
    await connection.query('START TRANSACTION')
    try {
      const result = await action()
      await connection.query('COMMIT')
      return result
    } catch (error) {
      // What is not rolled back now is by the end of the connection; the next transaction on it would commit it.
      await connection.query('ROLLBACK').catch(() => connection.destroy())
      throw error
    }
  }

  async #withConnection<Result>(
    activity: string,
    action: (connection: PoolConnection) => Promise<Result>,
  ): Promise<Result> {
    let connection: PoolConnection | undefined
    try {
      connection = await this.#connect()
      return await action(connection)
    } catch (error) {
      throw this.#explain(error, activity)
    } finally {
      connection?.release()
    }
  }

  /** The server answered before, so what keeps it from answering now may pass. */
  #explain(error: unknown, activity: string): unknown {
    const { tunnel, errors } = this.#options
    return asTransient(classifyMysqlError(tunnel?.recall(error) ?? error, activity, errors))
  }

  /** A connection with the session that the manifest asks for. */
  async #connect(): Promise<PoolConnection> {
    const connection = await this.#pool.getConnection()
    if (this.#prepared.has(connection.connection)) return connection
    try {
      for (const statement of this.#options.session) await connection.query(statement)
    } catch (error) {
      // One that is never given back would be missed by the pool, which has few.
      connection.destroy()
      throw error
    }
    this.#prepared.add(connection.connection)
    return connection
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lockHolder?.destroy()
    this.#lockHolder = undefined
    await this.#pool.end()
    await this.#options.tunnel?.[Symbol.asyncDispose]()
  }
}

type ServerFacts = {
  /** `max_allowed_packet` */
  readonly packetBytes: number
  /** Whether names of tables and databases are compared without case: `lower_case_table_names` is not 0. */
  readonly foldsNames: boolean
}

/** https://mariadb.com/kb/en/identifier-case-sensitivity/ Servers that lack the variable compare names as they are. */
async function readServerFacts(pool: Pool): Promise<ServerFacts> {
  const [[packet]] = await pool.query<RowDataPacket[]>('SELECT @@max_allowed_packet AS bytes')
  const [[folding]] = await pool.query<RowDataPacket[]>("SHOW VARIABLES LIKE 'lower_case_table_names'")
  return { packetBytes: Number(packet?.bytes), foldsNames: Number(folding?.Value ?? 0) !== 0 }
}

function toParameters({ rawId, extractedAt, data, meta, generationId }: RawRow): readonly string[] {
  return [rawId, extractedAt, data, meta, generationId]
}

async function isAlive(connection: PoolConnection | undefined): Promise<boolean> {
  try {
    await connection?.ping()
    return connection !== undefined
  } catch {
    // Whatever broke it, its locks are gone.
    return false
  }
}

async function loadDriver(): Promise<typeof import('mysql2/promise')> {
  try {
    return await import('mysql2/promise')
  } catch (cause) {
    throw new DestinationError(
      'DRIVER_MISSING',
      'The package `mysql2` is not installed. Install it: `npm install mysql2`.',
      { cause },
    )
  }
}
