import type { Store, StoredRow, StoredTable, Value } from './store.ts'

const text = (value: string | undefined): Value => (value === undefined ? {} : { string_value: value })

type View = {
  readonly columns: readonly (readonly [name: string, kind: string])[]
  readonly row: (name: string, table: StoredTable, column: StoredTable['columns'][number]) => StoredRow
}

const views: { readonly [view: string]: View } = {
  COLUMN_FIELD_PATHS: {
    columns: [
      ['table_name', 'TYPE_STRING'],
      ['column_name', 'TYPE_STRING'],
      ['field_path', 'TYPE_STRING'],
      ['description', 'TYPE_STRING'],
    ],
    row: (name, _table, column) => [
      text(name),
      text(column.name),
      text(column.name),
      text(column.description),
    ],
  },
  COLUMNS: {
    columns: [
      ['table_name', 'TYPE_STRING'],
      ['column_name', 'TYPE_STRING'],
      ['is_partitioning_column', 'TYPE_STRING'],
      ['clustering_ordinal_position', 'TYPE_INT64'],
    ],
    row: (name, table, column) => {
      const position = table.clusterBy.indexOf(column.name)
      return [
        text(name),
        text(column.name),
        text(table.partitionBy?.column === column.name ? 'YES' : 'NO'),
        position === -1 ? {} : { int64_value: position + 1 },
      ]
    },
  },
}

/** A view of a dataset, with the columns that the connector reads. Others the analyser refuses. */
export function readInformationSchema(store: Store, dataset: string, view: string): StoredTable | undefined {
  const definition = views[view]
  if (definition === undefined || !store.datasets.has(dataset)) return undefined
  const rows = [...store.tables].flatMap(([key, table]) => {
    const [owner, name = ''] = key.split('.')
    return owner === dataset ? table.columns.map((column) => definition.row(name, table, column)) : []
  })
  return {
    columns: definition.columns.map(([name, kind]) => ({ name, kind, isRequired: false })),
    rows,
    clusterBy: [],
    partitionBy: undefined,
  }
}
