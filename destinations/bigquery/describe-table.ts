import { rawColumns, type TableDescription } from 'landfall/sdk'

/** What the API says of a table, as far as it is read here. */
export type TableResource = {
  readonly schema?: {
    readonly fields?: readonly { readonly name?: string; readonly type?: string; readonly mode?: string }[]
  }
}

const bookkeeping: ReadonlySet<string> = new Set(Object.values(rawColumns))

/**
 * Column name to type. A data column that must not be NULL, or is repeated, has another type than the one
 * that the catalog asks for, so that the table is filled anew.
 */
export function describeTable({ schema }: TableResource): TableDescription {
  return new Map(
    (schema?.fields ?? []).map(({ name = '', type = '', mode = 'NULLABLE' }) => {
      const isPlain = mode === 'NULLABLE' || (mode === 'REQUIRED' && bookkeeping.has(name))
      return [name, isPlain ? type : `${type} ${mode}`]
    }),
  )
}
