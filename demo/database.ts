import { DuckDBInstance } from '@duckdb/node-api'
import { finalTable, rawTable } from './table-names.ts'

/** What the database file says about one stream. */
export type TableFacts = {
  readonly rawRows: number
  readonly finalRows: number
  /** Values that did not fit their column, in all rows of the final table. */
  readonly untypedValues: number
}

/** One field whose values could not be typed, with the first of them. */
export type UntypedField = {
  readonly stream: string
  readonly field: string
  readonly count: number
  readonly change: string
  readonly reason: string
  /** JSON text, from the raw table. */
  readonly original: string
}

/** Rows of a final table as texts, without Airbyte's own columns; null stands for NULL. */
export type TableExcerpt = {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | null)[])[]
}

/**
 * Reads results from the file, next to nothing of which the demo could know. Open it between syncs only:
 * DuckDB lets one process write, or several read.
 */
export class DemoDatabase implements Disposable {
  readonly #instance: DuckDBInstance

  private constructor(instance: DuckDBInstance) {
    this.#instance = instance
  }

  static async open(path: string): Promise<DemoDatabase> {
    return new DemoDatabase(await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' }))
  }

  /** Rows of texts, for a query whose columns are all VARCHAR. */
  async query(sql: string): Promise<readonly (readonly (string | null)[])[]> {
    const connection = await this.#instance.connect()
    try {
      const reader = await connection.runAndReadAll(sql)
      return reader.getRows().map((row) => row.map((value) => (value === null ? null : String(value))))
    } finally {
      connection.closeSync()
    }
  }

  /** One number, such as a count. */
  async count(sql: string): Promise<number> {
    const [row] = await this.query(sql)
    return Number(row?.[0] ?? 0)
  }

  async readFacts(stream: string): Promise<TableFacts> {
    return {
      rawRows: await this.count(`SELECT count(*) FROM ${rawTable(stream)}`),
      finalRows: await this.count(`SELECT count(*) FROM ${finalTable(stream)}`),
      untypedValues: await this.count(`SELECT count(*) FROM (${untypedChanges(stream)})`),
    }
  }

  /** Most frequent first. */
  async readUntypedFields(stream: string): Promise<readonly UntypedField[]> {
    const rows = await this.query(`
      SELECT change ->> 'field', count(*)::VARCHAR, first(change ->> 'change'), first(change ->> 'reason'),
        arg_min(json_extract(raw._airbyte_data, change ->> 'field')::VARCHAR, raw._airbyte_raw_id)
      FROM (${untypedChanges(stream)}) AS changes
      JOIN ${rawTable(stream)} AS raw USING (_airbyte_raw_id)
      GROUP BY 1
      ORDER BY count(*) DESC`)
    return rows.map(([field, count, change, reason, original]) => ({
      stream,
      field: field ?? '',
      count: Number(count),
      change: change ?? '',
      reason: reason ?? '',
      original: original ?? '',
    }))
  }

  /** The rows that arrived first. */
  async readFirstRows(stream: string, count: number): Promise<TableExcerpt> {
    const described = await this.query(`DESCRIBE ${finalTable(stream)}`)
    const columns = described.map(([name]) => name ?? '').filter((name) => !name.startsWith('_airbyte_'))
    const texts = columns.map((name) => `"${name.replaceAll('"', '""')}"::VARCHAR`)
    const rows = await this.query(
      `SELECT ${texts.join(', ')} FROM ${finalTable(stream)} ORDER BY _airbyte_raw_id LIMIT ${count}`,
    )
    return { columns, rows }
  }

  [Symbol.dispose](): void {
    this.#instance.closeSync()
  }
}

function untypedChanges(stream: string): string {
  return `SELECT _airbyte_raw_id, unnest(from_json(_airbyte_meta -> '$.changes', '["JSON"]')) AS change FROM ${finalTable(stream)}`
}
