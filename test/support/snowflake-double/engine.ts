import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { Catalog } from './catalog.ts'
import { duckDbTable } from './ddl.ts'
import { decodeName, quoteEncoded } from './identifiers.ts'
import { macros } from './macros.ts'
import { Mutex } from './mutex.ts'
import { SessionEngine } from './session-engine.ts'

/** How a file loads: faults of a test answer otherwise than `whole`. */
export type FileFate = 'whole' | 'partially_loaded'

/** One account: a database of DuckDB, the names in it, and the files of its stages. */
export class Engine implements AsyncDisposable {
  readonly catalog = new Catalog()
  readonly writers = new Mutex()
  readonly stageDirectory: string
  /** Parameters of the account, which sessions start with. */
  readonly parameters = new Map([
    ['QUOTED_IDENTIFIERS_IGNORE_CASE', 'false'],
    ['TIMEZONE', 'America/Los_Angeles'],
  ])
  fileFate: FileFate = 'whole'
  /** COPY refuses records with this text, as if it met a limit that nobody knows of. */
  refusedText: string | undefined
  /** Statements as they came, for tests that look at them. */
  readonly statements: { readonly text: string; readonly queryTag: string }[] = []
  readonly #instance: DuckDBInstance
  readonly #reader: DuckDBConnection

  private constructor(instance: DuckDBInstance, reader: DuckDBConnection, stageDirectory: string) {
    this.#instance = instance
    this.#reader = reader
    this.stageDirectory = stageDirectory
  }

  static async open(): Promise<Engine> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
    const connection = await instance.connect()
    for (const macro of macros) await connection.run(macro)
    for (const schema of ['PUBLIC', 'INFORMATION_SCHEMA']) {
      await connection.run(`CREATE SCHEMA ${quoteEncoded(schema)}`)
    }
    await connection.run("SET TimeZone = 'UTC'")
    return new Engine(instance, connection, await mkdtemp(join(tmpdir(), 'landfall-stages-')))
  }

  async openSession(): Promise<SessionEngine> {
    return new SessionEngine(this, await this.#instance.connect())
  }

  /** Refreshes INFORMATION_SCHEMA.COLUMNS. */
  async writeColumnsTable(): Promise<void> {
    await this.#reader.run(this.catalog.columnsTable())
  }

  /** All rows as texts, by the exact names of their columns; `undefined` where there is no such table. */
  async readTable(
    schema: string,
    name: string,
  ): Promise<readonly { readonly [column: string]: string | null }[] | undefined> {
    const table = this.catalog.find(schema, name)
    if (table === undefined) return undefined
    const columns = table.columns.map(
      ({ name: column }) => `CAST(${quoteEncoded(column)} AS VARCHAR) AS ${quoteEncoded(column)}`,
    )
    const reader = await this.#reader.runAndReadAll(`SELECT ${columns.join(', ')} FROM ${duckDbTable(table)}`)
    return reader
      .getRowObjects()
      .map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([column, value]) => [
            decodeName(column),
            value === null ? null : String(value),
          ]),
        ),
      )
  }

  /** One row of aggregates in DuckDB's words, for tables that are too large to be read as a whole. */
  async aggregate(schema: string, name: string, select: string): Promise<readonly string[]> {
    const table = duckDbTable(this.catalog.get(schema, name))
    const reader = await this.#reader.runAndReadAll(`SELECT ${select} FROM ${table}`)
    return (reader.getRows()[0] ?? []).map(String)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#reader.closeSync()
    this.#instance.closeSync()
    await rm(this.stageDirectory, { recursive: true, force: true })
  }
}
