import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import pg from 'pg'
import { type RunningPostgres, startPostgres } from '../test/support/postgres-server.ts'
import { postgresChecksum } from './checksum.ts'
import { readFamilyCpu, readParentId } from './process-usage.ts'
import type { RecordKind } from './record-kind.ts'
import type { Measurement } from './run-process.ts'
import { assertRows, type ExpectedRows, finalTable, namespace, rawNamespace, rawTable } from './tables.ts'

const database = 'postgres'

/**
 * PostgreSQL's own defaults, where the tests' server has quicker ones. Room for the log is the exception:
 * with the usual 1 GB, checkpoints would fall into one measurement and not into the next.
 */
const settings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_wal_size: '8GB',
}

type ServerFacts = { readonly version: string; readonly backend: number }

/** A server of its own for one run of the benchmark. */
export class BenchPostgres implements AsyncDisposable {
  readonly #server: RunningPostgres
  readonly #client: pg.Client
  readonly #processId: number | undefined
  /** As the server says it. */
  readonly version: string

  private constructor(server: RunningPostgres, client: pg.Client, facts: ServerFacts) {
    this.#server = server
    this.#client = client
    this.#processId = readParentId(facts.backend)
    this.version = facts.version
  }

  static async start(): Promise<BenchPostgres> {
    const server = await startPostgres({ settings })
    const { host, port, user, password } = server
    const client = new pg.Client({ host, port, user, password, database })
    await client.connect()
    const { rows } = await client.query<ServerFacts>(
      "SELECT current_setting('server_version') AS version, pg_backend_pid() AS backend",
    )
    const [facts] = rows
    if (facts === undefined) throw new Error('The server did not tell its version.')
    return new BenchPostgres(server, client, facts)
  }

  /** The connector's configuration. */
  get config(): { readonly [key: string]: unknown } {
    const { host, port, user, password } = this.#server
    return { host, port, database, schema: namespace, username: user, password, ssl: false }
  }

  /** For `psql` and everything else that reads these variables. */
  get environment(): { readonly [name: string]: string } {
    const { host, port, user, password } = this.#server
    return { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password, PGDATABASE: database }
  }

  /** Removes every table and writes the log out, so that no measurement pays for the one before. */
  async clear(): Promise<void> {
    await this.#client.query(
      `DROP SCHEMA IF EXISTS ${rawNamespace} CASCADE; DROP SCHEMA IF EXISTS ${namespace} CASCADE`,
    )
    await this.checkpoint()
  }

  async checkpoint(): Promise<void> {
    await this.#client.query('CHECKPOINT')
  }

  /** Statements, each in a transaction of its own. */
  async run(statements: readonly string[]): Promise<void> {
    for (const statement of statements) await this.#client.query(statement)
  }

  /** Adds what the server did meanwhile; it does nothing else while something is measured. */
  async watchServer(run: () => Promise<Measurement>): Promise<Measurement> {
    const logBefore = await this.#readLogPosition()
    const before = this.#readCpu()
    const measurement = await run()
    const after = this.#readCpu()
    const serverCpuSeconds = before === undefined || after === undefined ? undefined : after - before
    return { ...measurement, serverCpuSeconds, walBytes: (await this.#readLogPosition()) - logBefore }
  }

  /** Bytes that the server has written to its log since it was made. */
  async #readLogPosition(): Promise<number> {
    const { rows } = await this.#client.query<{ bytes: string }>(
      "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS bytes",
    )
    return Number(rows[0]?.bytes)
  }

  #readCpu(): number | undefined {
    return this.#processId === undefined ? undefined : readFamilyCpu(this.#processId)
  }

  async checkRaw(kind: RecordKind, expected: ExpectedRows): Promise<void> {
    await this.#check(rawTable, kind, (column) => `_airbyte_data ->> '${column}'`, expected)
  }

  async checkFinal(kind: RecordKind, expected: ExpectedRows): Promise<void> {
    await this.#check(finalTable, kind, (column) => `${column}::text`, expected)
  }

  /** Rows of all tables of a schema. */
  async countRows(schema: string): Promise<number> {
    const tables = await this.#client.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = '${schema}'`,
    )
    const counts = tables.rows.map(({ name }) => `SELECT count(*) AS rows FROM ${schema}.${name}`)
    const { rows } = await this.#client.query<{ rows: string }>(
      `SELECT sum(rows) AS rows FROM (${counts.join(' UNION ALL ')}) AS counts`,
    )
    return Number(rows[0]?.rows)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.end()
    await this.#server.stop()
  }

  async #check(
    table: string,
    { primaryKey, checked }: RecordKind,
    text: (column: string) => string,
    expected: ExpectedRows,
  ): Promise<void> {
    const keys = primaryKey.map((column) => `(${text(column)})`).join(', ')
    const texts = checked.map((column) => `(${text(column)})`)
    const { rows } = await this.#client.query<Record<keyof ExpectedRows, string>>(
      `SELECT count(*) AS rows, count(DISTINCT (${keys})) AS "distinctKeys", ${postgresChecksum(texts)} AS checksum,
         sum(jsonb_array_length(_airbyte_meta -> 'changes')) AS changes
       FROM ${table}`,
    )
    const [row] = rows
    assertRows(table, expected, {
      rows: Number(row?.rows),
      distinctKeys: Number(row?.distinctKeys),
      checksum: Number(row?.checksum),
      changes: Number(row?.changes),
    })
  }
}

/** The version of `psql` on the PATH, or undefined where there is none. */
export async function findPsql(): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('psql', ['--version'])
    return stdout.trim()
  } catch {
    // Not installed: the limit is then measured with the project's own text COPY.
    return undefined
  }
}
