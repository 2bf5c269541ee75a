import { duplicate, invalidQuery, notFound } from './errors.ts'
import { type Environment, Evaluator, type QueryResult, type Variable } from './evaluator.ts'
import { readInformationSchema } from './information-schema.ts'
import { parseScript, type Step } from './parse-script.ts'
import { asMessage, readNode } from './resolved.ts'
import { readCreateTable, runDdl } from './run-ddl.ts'
import { runMerge } from './run-merge.ts'
import { Store, type StoredRow, type StoredTable } from './store.ts'
import { findReferences, flattenReferences } from './table-references.ts'
import { isWord, readTokens, replaceParts } from './tokens.ts'
import type { ZetaSqlService } from './zetasql-service.ts'

/** https://cloud.google.com/bigquery/quotas#query_jobs: "Maximum unresolved GoogleSQL query length". */
export const maximumQueryCharacters = 1024 * 1024

export type ScriptResult = {
  /** Of the last statement that returns rows. */
  readonly result: QueryResult | undefined
  readonly affected: number
  readonly statements: number
}

/** Runs GoogleSQL on the tables of a store. One script at a time. */
export class Engine {
  readonly store = new Store()
  readonly #evaluator: Evaluator
  readonly #location: string

  constructor(service: ZetaSqlService, location: string) {
    this.#evaluator = new Evaluator(service)
    this.#location = location
  }

  /** What fails inside of a transaction leaves no trace of the transaction. */
  async run(text: string): Promise<ScriptResult> {
    if (text.length > maximumQueryCharacters)
      throw invalidQuery(
        'The query is too large. The maximum standard SQL query length is 1024.00K characters',
      )
    const session = new Session(this.store, this.#evaluator, this.#location)
    let steps: readonly Step[]
    try {
      steps = parseScript(text)
    } catch (error) {
      throw invalidQuery(error instanceof Error ? error.message : String(error))
    }
    try {
      await session.runSteps(steps)
      if (session.isInTransaction) throw invalidQuery('the script ended in a transaction')
      return session.outcome()
    } catch (error) {
      session.rollBack()
      throw error
    }
  }
}

/** A script's temporary tables, variables and transaction. */
class Session {
  readonly #store: Store
  readonly #evaluator: Evaluator
  readonly #location: string
  readonly #temporary = new Map<string, StoredTable>()
  readonly #variables = new Map<string, Variable>()
  #before: ReadonlyMap<string, StoredTable> | undefined
  #result: QueryResult | undefined
  #affected = 0
  #statements = 0

  constructor(store: Store, evaluator: Evaluator, location: string) {
    this.#store = store
    this.#evaluator = evaluator
    this.#location = location
  }

  get isInTransaction(): boolean {
    return this.#before !== undefined
  }

  outcome(): ScriptResult {
    return { result: this.#result, affected: this.#affected, statements: this.#statements }
  }

  rollBack(): void {
    if (this.#before !== undefined) this.#store.restore(this.#before)
    this.#before = undefined
  }

  async runSteps(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.#runStep(step)
  }

  async #runStep(step: Step): Promise<void> {
    switch (step.kind) {
      case 'begin_transaction':
        if (this.isInTransaction) throw invalidQuery('Transaction is already in progress')
        this.#before = this.#store.snapshot()
        return
      case 'commit_transaction':
        if (!this.isInTransaction) throw invalidQuery('No active transaction')
        this.#before = undefined
        return
      case 'block':
        return this.runSteps(step.steps)
      case 'declare':
        return this.#declare(step)
      case 'if': {
        const { rows } = await this.#query(`SELECT ${step.condition}`)
        if (rows[0]?.[0]?.bool_value === true) await this.runSteps(step.steps)
        return
      }
      case 'statement':
        this.#statements += 1
        return this.#runStatement(step.text)
    }
  }

  async #declare({ name, type, value }: Extract<Step, { readonly kind: 'declare' }>): Promise<void> {
    const typed = await this.#query(`SELECT CAST(NULL AS ${type}) AS value`)
    const variableType = typed.columns[0]?.type
    if (variableType === undefined) throw invalidQuery(`no type for ${name}`)
    const initial = value === undefined ? typed : await this.#query(`SELECT ${value} AS value`)
    this.#variables.set(name.toLowerCase(), { type: variableType, value: initial.rows[0]?.[0] ?? {} })
  }

  async #runStatement(text: string): Promise<void> {
    const [first, second] = readTokens(text)
    if (isWord(first, 'SELECT', 'WITH')) this.#result = await this.#query(text)
    else if (isWord(first, 'MERGE')) await this.#merge(text)
    else if (isWord(first, 'INSERT', 'UPDATE', 'DELETE')) await this.#modify(text, isWord(first, 'INSERT'))
    else if (isWord(first, 'TRUNCATE')) await this.#truncate(text)
    else if (isWord(first, 'CREATE') && !isWord(second, 'SCHEMA')) await this.#create(text)
    else await this.#runDdl(text)
  }

  async #query(text: string): Promise<QueryResult> {
    const { text: flat, environment } = this.#prepare(text)
    return this.#evaluator.query(flat, environment)
  }

  async #modify(text: string, isInsert: boolean): Promise<void> {
    const { text: flat, environment, target, key } = this.#prepareChange(text)
    const changes = await this.#evaluator.modify(flat, environment, { key, isInsert })
    const byRow = new Map(changes.map((change) => [change.row, change]))
    const kept = target.rows.flatMap((row, index) => {
      const change = byRow.get(index)
      if (change === undefined) return [row]
      return change.operation === 'DELETE' ? [] : [change.cells.slice(0, target.columns.length)]
    })
    const inserted = isInsert ? changes.map(({ cells }) => cells) : []
    this.#replaceRows(key, target, [...kept, ...inserted])
    this.#affected += changes.length
  }

  async #merge(text: string): Promise<void> {
    const { text: flat, environment, target, key } = this.#prepareChange(text)
    await this.#evaluator.analyze(flat, environment)
    const { rows, affected } = await runMerge(flat, key, environment, this.#evaluator)
    this.#replaceRows(key, target, rows)
    this.#affected += affected
  }

  async #truncate(text: string): Promise<void> {
    const { text: flat, environment, target, key } = this.#prepareChange(text)
    await this.#evaluator.analyze(flat, environment)
    this.#affected += target.rows.length
    this.#replaceRows(key, target, [])
  }

  #replaceRows(key: string, table: StoredTable, rows: readonly StoredRow[]): void {
    for (const [index, { name, isRequired }] of table.columns.entries()) {
      const isMissing = isRequired && rows.some((row) => Object.keys(row[index] ?? {}).length === 0)
      if (isMissing) throw invalidQuery(`Required field ${name} cannot be null`)
    }
    this.#put(key, { ...table, rows })
  }

  #put(key: string, table: StoredTable): void {
    if (key.includes('.')) this.#store.tables.set(key, table)
    else this.#temporary.set(key, table)
  }

  async #create(text: string): Promise<void> {
    const { text: flat, environment } = this.#prepare(text, true)
    const statement = await this.#evaluator.analyze(flat, environment)
    const { key, mode, isTemporary, table } = readCreateTable(readNode(statement), environment.tables)
    if (!isTemporary) this.#refuseInTransaction('CREATE TABLE')
    if (!isTemporary && !this.#store.datasets.has(key.split('.')[0] ?? ''))
      throw notFound(`Dataset project:${key.split('.')[0]}`)
    const exists = this.#store.tables.has(key) || this.#temporary.has(key)
    if (exists && mode === 'CREATE_IF_NOT_EXISTS') return
    if (exists && mode !== 'CREATE_OR_REPLACE') throw duplicate(`Table project:${key}`)
    const query = readQueryOf(flat)
    const rows = query === undefined ? [] : (await this.#evaluator.query(query, environment)).rows
    this.#replaceRows(key, table, rows)
  }

  async #runDdl(text: string): Promise<void> {
    const { text: flat, environment } = this.#prepare(text, true)
    const statement = await this.#evaluator.analyze(flat, environment)
    const [name] = asMessage(readNode(statement)).name_path as readonly string[]
    if (name !== undefined && this.#temporary.delete(name)) return
    this.#refuseInTransaction('DDL')
    runDdl(statement, this.#store, this.#location)
  }

  #refuseInTransaction(what: string): void {
    if (this.isInTransaction)
      throw invalidQuery(`${what} on permanent entities is not supported in a transaction`)
  }

  /** The statement with flat names and parameters in the places of variables, and the tables that it names. */
  #prepare(
    text: string,
    isMissingAllowed = false,
  ): { readonly text: string; readonly environment: Environment } {
    const tables = new Map<string, StoredTable>()
    const { text: flat } = flattenReferences(
      text,
      (path) => {
        const found = this.#resolve(path)
        if (found !== undefined) tables.set(found.key, found.table)
        return found?.key
      },
      isMissingAllowed,
    )
    return { text: this.#withParameters(flat), environment: { tables, variables: this.#variables } }
  }

  /** The same for a statement that changes the first table that it names. */
  #prepareChange(text: string) {
    const path = findReferences(text)[0]?.path ?? []
    const target = this.#resolve(path)
    if (target === undefined) throw notFound(`Table project:${path.join('.')}`)
    return { ...this.#prepare(text), target: target.table, key: target.key }
  }

  #resolve(path: readonly string[]): { readonly key: string; readonly table: StoredTable } | undefined {
    const [dataset = '', view] = path
    const key = path.join('.')
    const table =
      view === 'INFORMATION_SCHEMA'
        ? readInformationSchema(this.#store, dataset, path[2] ?? '')
        : (this.#store.tables.get(key) ?? this.#temporary.get(key))
    return table === undefined ? undefined : { key, table }
  }

  #withParameters(text: string): string {
    if (this.#variables.size === 0) return text
    const tokens = readTokens(text)
    const parts = tokens.flatMap((token, index) => {
      const isVariable = token.kind === 'word' && this.#variables.has(token.value.toLowerCase())
      if (!isVariable || tokens[index - 1]?.value === '.') return []
      return [{ start: token.start, end: token.end, by: `@${token.value.toLowerCase()}` }]
    })
    return replaceParts(text, parts)
  }
}

/** The query of CREATE TABLE ... AS. */
function readQueryOf(text: string): string | undefined {
  const tokens = readTokens(text)
  const as = tokens.findIndex(
    (token, index) => isWord(token, 'AS') && isWord(tokens[index + 1], 'SELECT', 'WITH'),
  )
  return as === -1 ? undefined : text.slice(tokens[as + 1]?.start)
}
