import { ApiError, invalidQuery } from './errors.ts'
import { LongRuns } from './long-runs.ts'
import { asList, asMessage } from './resolved.ts'
import type { StoredColumn, StoredRow, StoredTable, Value } from './store.ts'
import type { Message, ZetaSqlService } from './zetasql-service.ts'

/** A script's variable: its type and value as ZetaSQL writes them. */
export type Variable = { readonly type: Message; readonly value: Value }

export type Environment = {
  /** By the flat names that the statement uses. */
  readonly tables: ReadonlyMap<string, StoredTable>
  readonly variables: ReadonlyMap<string, Variable>
}

export type QueryResult = {
  readonly columns: readonly { readonly name: string; readonly type: Message }[]
  readonly rows: readonly StoredRow[]
}

/** A row as a statement of DML leaves it. */
export type ModifiedRow = {
  readonly operation: string
  readonly cells: StoredRow
  readonly row: number | undefined
}

/** The hidden column that tells the rows of a target apart. */
export const rowNumber = '__row'

/** Asks ZetaSQL, with the tables that a statement names. What its analyser refuses is an `invalidQuery`. */
export class Evaluator {
  readonly #service: ZetaSqlService
  readonly #longRuns = new LongRuns()

  constructor(service: ZetaSqlService) {
    this.#service = service
  }

  /** The statement's resolved tree. */
  async analyze(text: string, environment: Environment, numbered?: string): Promise<Message> {
    const request = { sql_statement: text, ...(await this.#request(environment, numbered)) }
    const { resolved_statement: statement } = await this.#call('Analyze', request)
    return asMessage(statement)
  }

  /** @param numbered the flat name of the table that shows its rows' numbers */
  async query(text: string, environment: Environment, numbered?: string): Promise<QueryResult> {
    const request = await this.#request(environment, numbered)
    const response = await this.#call('EvaluateQuery', {
      sql: text,
      ...request,
      ...this.#contents(environment, numbered),
    })
    return {
      columns: asList(asMessage(response.prepared).columns).map((column) => {
        const { name, type } = asMessage(column)
        return { name: String(name ?? ''), type: asMessage(type) }
      }),
      rows: asList(asMessage(asMessage(response.content).table_data).row).map((row) => this.#cells(row)),
    }
  }

  /** @param target the table that is changed; INSERT must see it without a key, UPDATE and DELETE with one */
  async modify(
    text: string,
    environment: Environment,
    target: { readonly key: string; readonly isInsert: boolean },
  ): Promise<readonly ModifiedRow[]> {
    const numbered = target.isInsert ? undefined : target.key
    const request = await this.#request(environment, numbered)
    const response = await this.#call('EvaluateModify', {
      sql: text,
      ...request,
      ...this.#contents(environment, numbered),
    })
    return asList(response.content).map((entry) => {
      const { operation, old_primary_key: key } = asMessage(entry)
      const [old] = asList(key)
      const number = asMessage(old).int64_value
      return {
        operation: String(operation),
        cells: this.#cells(entry),
        row: number === undefined ? undefined : Number(number),
      }
    })
  }

  async #request({ tables, variables }: Environment, numbered: string | undefined): Promise<Message> {
    const languageOptions = await this.#service.languageOptions()
    const parameters = [...variables].map(([name, { type }]) => ({ name, type }))
    return {
      options: { language_options: languageOptions, default_timezone: 'UTC', query_parameters: parameters },
      simple_catalog: {
        name: 'project',
        builtin_function_options: { language_options: languageOptions },
        table: [...tables].map(([key, table]) => tableMessage(key, table, key === numbered)),
      },
    }
  }

  #contents({ tables, variables }: Environment, numbered: string | undefined): Message {
    const content = [...tables].map(([key, table]) => {
      const rows = table.rows.map((row, index) => {
        const cells = row.map((cell) => this.#longRuns.pack(cell))
        return { cell: key === numbered ? [...cells, { int64_value: index }] : cells }
      })
      return [key, { table_data: { row: rows } }] as const
    })
    return {
      table_content: Object.fromEntries(content),
      params: [...variables].map(([name, { value }]) => ({ name, value })),
    }
  }

  #cells(row: unknown): StoredRow {
    return asList(asMessage(row).cell).map((cell) => this.#longRuns.unpack(asMessage(cell)))
  }

  async #call(method: string, request: Message): Promise<Message> {
    try {
      return await this.#service.call(method, request)
    } catch (error) {
      const { code, details } = error as { readonly code?: number; readonly details?: string }
      // 3 is INVALID_ARGUMENT, 11 OUT_OF_RANGE: what ZetaSQL says of statements and of values.
      if (code === 3 || code === 11) throw invalidQuery(String(details))
      if (error instanceof ApiError) throw error
      throw new Error(`ZetaSQL failed (${method}): ${details ?? String(error)}`, { cause: error })
    }
  }
}

function tableMessage(key: string, { columns }: StoredTable, isNumbered: boolean): Message {
  const own = columns.map(({ name, kind }: StoredColumn) => ({ name, type: { type_kind: kind } }))
  if (!isNumbered) return { name: key, column: own }
  return {
    name: key,
    column: [...own, { name: rowNumber, type: { type_kind: 'TYPE_INT64' }, is_pseudo_column: true }],
    primary_key_column_index: [own.length],
  }
}
