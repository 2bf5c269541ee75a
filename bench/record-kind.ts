import type { CheckedValue } from './checksum.ts'

export const dataNames = ['narrow', 'wide', 'nested', 'dirty', 'real'] as const

export type DataName = (typeof dataNames)[number]

export type RecordSchema = {
  readonly type: 'object'
  readonly properties: { readonly [field: string]: { readonly [keyword: string]: unknown } }
}

export type BenchRecord = {
  /** Stands for the primary key: 1 for the first one, and so on without gaps. */
  readonly key: number
  /** JSON text without line breaks. */
  readonly data: string
  /** The values of the kind's `checked` columns. */
  readonly checked: readonly CheckedValue[]
  /** Values that do not fit their column, each of which becomes an entry of `_airbyte_meta.changes`. */
  readonly badValues: number
}

/** Records of one sort. The same calls give the same records, whenever and wherever. */
export type RecordKind = {
  readonly name: DataName
  readonly schema: RecordSchema
  readonly primaryKey: readonly string[]
  readonly cursor: string
  /** Columns whose values are compared with the input: texts and whole numbers. */
  readonly checked: readonly string[]
  open(options: SourceOptions): Promise<RecordSource>
}

export type SourceOptions = {
  readonly rows: number
  /** Whether some of the records have a key that came before. Data that was not generated has what it has. */
  readonly hasRepeats: boolean
}

export type RecordSource = {
  readonly records: Iterable<BenchRecord>
  /** Newer versions of a tenth of the records; to be read after them. */
  readonly updates: Iterable<BenchRecord>
}
