import type { DuckDBConnection } from '@duckdb/node-api'
import type { CatalogColumn } from './catalog.ts'
import { reportedType } from './column-types.ts'
import { type CopyOutcome, copyInto, parseCopy } from './copy.ts'
import { isDdl, runDdl } from './ddl.ts'
import type { Engine } from './engine.ts'
import { decodeName, resolveName } from './identifiers.ts'
import { isNode, type Node, parseStatement, toDuckDb } from './rewrite.ts'
import { countRowset, type Rowset, readRowset, statementTypes, statusRowset, textRowset } from './rowset.ts'
import { describeTable, showParameters, showSchemas } from './show.ts'
import { missingObject, SnowflakeError, translateError } from './snowflake-error.ts'

/** Microseconds that rise with each call, so that no two moments are one. */
let lastMoment = 0
function moment(): string {
  lastMoment = Math.max(lastMoment + 1, Date.now() * 1000)
  const text = new Date(Math.floor(lastMoment / 1000)).toISOString().slice(0, -1)
  return `${text}${String(lastMoment % 1000).padStart(3, '0')}000+00:00`
}

/** One session: its parameters, its variables, its transaction. */
export class SessionEngine {
  readonly parameters: Map<string, string>
  readonly variables = new Map<string, string>()
  readonly #engine: Engine
  readonly #connection: DuckDBConnection
  /** Lets other writers in, where this session is in a transaction. */
  #release: (() => void) | undefined
  #isClosed = false
  #loaded: CopyOutcome['loaded'][number][] = []

  constructor(engine: Engine, connection: DuckDBConnection) {
    this.#engine = engine
    this.#connection = connection
    this.parameters = new Map(engine.parameters)
  }

  get #ignoresCase(): boolean {
    return this.parameters.get('QUOTED_IDENTIFIERS_IGNORE_CASE') === 'true'
  }

  async execute(text: string, queryTag: string): Promise<Rowset> {
    this.#engine.statements.push({ text, queryTag })
    try {
      return await this.#dispatch(text.trim())
    } catch (error) {
      throw translateError(error)
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#end('ROLLBACK')
    this.#connection.closeSync()
  }

  async #dispatch(text: string): Promise<Rowset> {
    if (/^BEGIN\b/i.test(text)) return this.#begin()
    if (/^(COMMIT|ROLLBACK)$/i.test(text)) return this.#end(text)
    if (/^ALTER SESSION SET /i.test(text)) return this.#alterSession(text)
    if (/^SET /i.test(text)) return this.#setVariable(text)
    if (/^SHOW SCHEMAS/i.test(text)) return showSchemas(text, this.#engine.catalog)
    if (/^SHOW PARAMETERS/i.test(text)) return showParameters(text, this.parameters)
    if (/^DESCRIBE TABLE/i.test(text)) return describeTable(text, this.#engine.catalog, this.#ignoresCase)
    if (/^REMOVE /i.test(text)) return textRowset(['name', 'result'], [])
    if (isDdl(text)) return this.#ddl(text)
    if (/^COPY INTO/i.test(text)) return this.#write(() => this.#copy(text))
    return this.#statement(text)
  }

  async #begin(): Promise<Rowset> {
    if (this.#release === undefined) {
      this.#release = await this.#engine.writers.acquire()
      await this.#connection.run('BEGIN')
    }
    return statusRowset('Statement executed successfully.')
  }

  async #end(statement: string): Promise<Rowset> {
    const release = this.#release
    this.#release = undefined
    if (release !== undefined) {
      try {
        await this.#connection.run(statement)
        if (/^COMMIT$/i.test(statement)) this.#keepHistory()
      } finally {
        this.#loaded = []
        release()
      }
    }
    return statusRowset('Statement executed successfully.')
  }

  /** DDL commits what is open, and is never part of a transaction. */
  async #ddl(text: string): Promise<Rowset> {
    await this.#end('COMMIT')
    return this.#write(() =>
      runDdl(text, {
        catalog: this.#engine.catalog,
        ignoresCase: this.#ignoresCase,
        run: async (statement) => {
          await this.#connection.run(statement)
        },
        createAs: (table, select) => this.#createAs(table, select),
      }),
    )
  }

  async #createAs(table: string, select: string): Promise<readonly CatalogColumn[]> {
    await this.#connection.run(`CREATE TABLE ${table} AS ${this.#translate(parseStatement(select))}`)
    const result = await this.#connection.run(`SELECT * FROM ${table} LIMIT 0`)
    const types = result.columnTypes()
    return result.columnNames().map((name, index) => ({
      name: decodeName(name),
      type: reportedType(String(types[index])),
      isNullable: true,
      comment: null,
    }))
  }

  async #write(work: () => Promise<Rowset>): Promise<Rowset> {
    if (this.#release !== undefined) return work()
    const release = await this.#engine.writers.acquire()
    try {
      return await work()
    } finally {
      release()
    }
  }

  async #copy(text: string): Promise<Rowset> {
    const copy = parseCopy(text, this.#ignoresCase)
    const select = this.#translate(parseStatement(copy.select))
    const { results, loaded } = await copyInto(copy, select, this.#engine, this.#connection)
    this.#loaded.push(...loaded)
    if (this.#release === undefined) this.#keepHistory()
    if (results.length === 0) return textRowset(['status'], [['Copy executed with 0 files processed.']])
    const columns = [
      'file',
      'status',
      'rows_parsed',
      'rows_loaded',
      'error_limit',
      'errors_seen',
      'first_error',
    ]
    return textRowset(
      columns,
      results.map(({ file, status, rowsParsed, rowsLoaded }) => [
        file,
        status,
        String(rowsParsed),
        String(rowsLoaded),
        '1',
        '0',
        null,
      ]),
    )
  }

  #keepHistory(): void {
    for (const [table, path] of this.#loaded.splice(0)) table.loadedFiles.add(path)
  }

  async #statement(text: string): Promise<Rowset> {
    const tree = parseStatement(text)
    this.#assertTables(tree)
    if ('select' in tree || 'union' in tree) {
      if (/INFORMATION_SCHEMA/.test(text)) await this.#engine.writeColumnsTable()
      return readRowset(await this.#connection.runAndReadAll(this.#translate(tree)))
    }
    return this.#write(() => this.#change(tree))
  }

  async #change(tree: Node): Promise<Rowset> {
    if (isNode(tree.insert)) return this.#insert(tree, tree.insert)
    const kind = changes.find(([name]) => name in tree)
    if (kind === undefined)
      throw new SnowflakeError('001003', '42000', 'SQL compilation error:\nunsupported statement')
    const { rowsChanged } = await this.#connection.run(this.#translate(tree))
    return countRowset({ [kind[1]]: rowsChanged }, kind[2])
  }

  async #insert(tree: Node, insert: Node): Promise<Rowset> {
    const isOverwrite = insert.overwrite === true
    const statement = this.#translate({ ...tree, insert: { ...insert, overwrite: false } })
    if (isOverwrite) {
      const own = this.#release === undefined
      if (own) await this.#connection.run('BEGIN')
      const [target = ''] = /^INSERT INTO ("(?:[^"]|"")*"\."(?:[^"]|"")*")/.exec(statement)?.slice(1) ?? []
      await this.#connection.run(`DELETE FROM ${target}`)
      const { rowsChanged } = await this.#connection.run(statement)
      if (own) await this.#connection.run('COMMIT')
      return countRowset({ 'number of rows inserted': rowsChanged }, statementTypes.insert)
    }
    const { rowsChanged } = await this.#connection.run(statement)
    return countRowset({ 'number of rows inserted': rowsChanged }, statementTypes.insert)
  }

  #translate(tree: Node): string {
    return toDuckDb(tree, { ignoresCase: this.#ignoresCase, variables: this.variables })
  }

  /** So that a missing table has Snowflake's error rather than DuckDB's. */
  #assertTables(value: Node | Node[keyof Node]): void {
    if (Array.isArray(value)) for (const item of value) this.#assertTables(item)
    if (!isNode(value)) return
    if (isNode(value.name) && isNode(value.schema) && typeof value.name.name === 'string') {
      const [schema, name] = [value.schema, value.name].map((token) =>
        resolveName(
          token.quoted === true ? `"${String(token.name).replaceAll('"', '""')}"` : String(token.name),
          this.#ignoresCase,
        ),
      )
      if (schema !== 'INFORMATION_SCHEMA' && schema !== undefined && name !== undefined)
        this.#engine.catalog.get(schema, name)
    }
    for (const member of Object.values(value)) this.#assertTables(member)
  }

  async #alterSession(text: string): Promise<Rowset> {
    for (const [, name = '', value = ''] of text
      .slice('ALTER SESSION SET '.length)
      .matchAll(/(\w+)\s*=\s*('(?:[^']|'')*'|\w+)/g)) {
      this.parameters.set(
        name.toUpperCase(),
        value.replace(/^'|'$/g, '').replaceAll("''", "'").toLowerCase() === 'true'
          ? 'true'
          : value.replace(/^'|'$/g, ''),
      )
    }
    await this.#connection.run(`SET TimeZone = '${this.parameters.get('TIMEZONE')}'`)
    return statusRowset('Statement executed successfully.')
  }

  async #setVariable(text: string): Promise<Rowset> {
    const [, name = ''] =
      /^SET (\w+) = TO_CHAR\(CURRENT_TIMESTAMP\(\), 'YYYY-MM-DD"T"HH24:MI:SS\.FF9TZH:TZM'\)$/i.exec(text) ??
      []
    if (name === '') throw missingObject('Function', text)
    this.variables.set(name.toUpperCase(), moment())
    return statusRowset('Statement executed successfully.')
  }
}

const changes: readonly (readonly [node: string, column: string, type: number])[] = [
  ['update', 'number of rows updated', statementTypes.update],
  ['delete', 'number of rows deleted', statementTypes.delete],
  ['merge', 'number of rows merged', statementTypes.merge],
]
