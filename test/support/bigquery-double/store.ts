import { notFound } from './errors.ts'
import type { Message } from './zetasql-service.ts'

/** A value as ZetaSQL writes it; without a member it is NULL. The double stores values as they are. */
export type Value = Message

export type StoredColumn = {
  readonly name: string
  /** `TYPE_INT64`... */
  readonly kind: string
  readonly isRequired: boolean
  readonly description?: string | undefined
}

export type StoredRow = readonly Value[]

/** Everything is replaced, never changed, so that a copy of the map is a snapshot. */
export type StoredTable = {
  readonly columns: readonly StoredColumn[]
  readonly rows: readonly StoredRow[]
  readonly clusterBy: readonly string[]
  /** The column of day partitions or of ranges. */
  readonly partitionBy: { readonly kind: 'day' | 'range'; readonly column: string } | undefined
}

/** Datasets and tables of one project. A table's key is `dataset.table`. */
export class Store {
  readonly datasets = new Map<string, { readonly location: string }>()
  readonly tables = new Map<string, StoredTable>()

  table(key: string): StoredTable {
    const table = this.tables.get(key)
    if (table === undefined) throw notFound(`Table project:${key}`)
    return table
  }

  snapshot(): ReadonlyMap<string, StoredTable> {
    return new Map(this.tables)
  }

  restore(snapshot: ReadonlyMap<string, StoredTable>): void {
    this.tables.clear()
    for (const [key, table] of snapshot) this.tables.set(key, table)
  }
}
