import {
  DestinationError,
  type Receipt,
  type RecordBatch,
  type Row,
  type Sql,
  type SqlBatch,
  type SqlTransaction,
  type TableDescription,
  type TableName,
  type Warehouse,
} from 'landfall/sdk'

/**
 * What goes wrong with a call: nothing; the connection breaks before or after the work is done; or work
 * that was thought lost ends only while the next call is under way.
 */
export type Fault = 'none' | 'before' | 'after' | 'late'

/** Keeps raw rows in memory, with a primary key, and follows a script of faults. */
export class MemoryWarehouse implements Warehouse {
  readonly loadConcurrency = 1
  readonly rawIds: string[] = []
  readonly transactions: SqlTransaction[] = []
  readonly calls: string[] = []
  readonly #script: Fault[]
  #late: (() => void)[] = []
  #refuseRepetition: boolean

  constructor(script: readonly Fault[], options: { readonly refusesRepetition?: boolean } = {}) {
    this.#script = [...script]
    this.#refuseRepetition = options.refusesRepetition ?? false
  }

  async execute(batch: SqlBatch): Promise<void> {
    for (const transaction of batch) {
      await this.#run('execute', () => {
        if (this.#refuseRepetition && this.transactions.some(([first]) => first === transaction[0]))
          throw new DestinationError('STATEMENT_FAILED', 'The table exists already.')
        this.transactions.push(transaction)
      })
    }
  }

  async query(_statement: Sql): Promise<readonly Row[]> {
    await this.#run('query', () => {})
    return [{ answer: 1 }]
  }

  async insertRaw(_table: TableName, batch: RecordBatch): Promise<Receipt> {
    const ids = Array.from({ length: batch.count }, (_, index) => batch.rawIds.get(index))
    await this.#run('insertRaw', () => {
      for (const finish of this.#late.splice(0)) finish()
      if (ids.some((id) => this.rawIds.includes(id)))
        throw new DestinationError('DATA_REFUSED', 'The key is there already.')
      this.rawIds.push(...ids)
    })
    return { rowsWritten: batch.count, rejected: [] }
  }

  async hasRawId(_table: TableName, rawId: string): Promise<boolean> {
    this.calls.push('hasRawId')
    return this.rawIds.includes(rawId)
  }

  async describeTables(tables: readonly TableName[]): Promise<readonly (TableDescription | undefined)[]> {
    return tables.map(() => undefined)
  }

  async listNamespaces(): Promise<ReadonlySet<string>> {
    return new Set()
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #run(call: string, work: () => void): Promise<void> {
    this.calls.push(call)
    const fault = this.#script.shift() ?? 'none'
    if (fault === 'none' || fault === 'after') work()
    if (fault === 'late') this.#late.push(work)
    if (fault !== 'none') throw new DestinationError('SERVER_UNAVAILABLE', 'The connection was lost.')
  }
}
