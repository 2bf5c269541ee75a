import { duplicate, invalidQuery, notFound } from './errors.ts'
import { asList, asMessage, readKind, readNode, readOption } from './resolved.ts'
import type { Store, StoredColumn, StoredTable } from './store.ts'
import type { Message } from './zetasql-service.ts'

/** What CREATE TABLE makes, without rows; the product's rules are checked here, which ZetaSQL does not know. */
export function readCreateTable(
  node: Message,
  named: ReadonlyMap<string, StoredTable>,
): {
  readonly key: string
  readonly mode: string
  readonly isTemporary: boolean
  readonly table: StoredTable
} {
  const like = named.get(
    String(asMessage(asMessage(node.like_table)).name ?? asMessage(node.like_table).full_name),
  )
  const clusterBy = asList(node.cluster_by_list).map((column) =>
    String(asMessage(readNode(column).column).name),
  )
  const table: StoredTable =
    like !== undefined
      ? { ...like, rows: [] }
      : {
          columns: asList(node.column_definition_list).map(readColumn),
          rows: [],
          clusterBy,
          partitionBy: readPartition(node),
        }
  assertProductRules(table)
  return {
    key: asList(node.name_path).join('.'),
    mode: String(node.create_mode),
    isTemporary: node.create_scope === 'CREATE_TEMP',
    table,
  }
}

function readColumn(definition: unknown): StoredColumn {
  const { name, type, annotations } = asMessage(definition)
  const { not_null: isRequired, option_list: options } = asMessage(annotations)
  return {
    name: String(name),
    kind: String(asMessage(type).type_kind),
    isRequired: isRequired === true,
    description: readOption(options, 'description'),
  }
}

function readPartition(node: Message): StoredTable['partitionBy'] {
  const [expression] = asList(node.partition_by_list)
  if (expression === undefined) return undefined
  const { function: called, argument_list: parameters } = readNode(expression)
  const column = String(asMessage(readNode(asList(parameters)[0]).column).name)
  const name = String(asMessage(called).name)
  if (name === 'ZetaSQL:date' || name === 'ZetaSQL:timestamp_trunc') return { kind: 'day', column }
  if (name === 'ZetaSQL:range_bucket') return { kind: 'range', column }
  throw invalidQuery(
    'PARTITION BY expression must be DATE(<timestamp_column>), a DATE column or RANGE_BUCKET(...)',
  )
}

const clusterableKinds = [
  'STRING',
  'NUMERIC',
  'BIGNUMERIC',
  'INT64',
  'BOOL',
  'TIMESTAMP',
  'DATETIME',
  'DATE',
  'GEOGRAPHY',
].map((kind) => `TYPE_${kind}`)

const reservedBeginning = /^(_TABLE_|_FILE_|_PARTITION|_ROW_TIMESTAMP|__ROOT__|_COLIDENTIFIER)/i

/** https://cloud.google.com/bigquery/docs/creating-clustered-tables#limitations and docs/schemas#column_names */
function assertProductRules({ columns, clusterBy }: StoredTable): void {
  if (clusterBy.length > 4) throw invalidQuery('Too many clustering columns: at most 4')
  for (const name of clusterBy) {
    const kind = columns.find((column) => column.name === name)?.kind ?? ''
    if (!clusterableKinds.includes(kind))
      throw invalidQuery(`Entity type ${kind} of column ${name} cannot be clustered by`)
  }
  const names = new Set<string>()
  for (const { name } of columns) {
    if (reservedBeginning.test(name) || name.length > 300 || !/^[\p{L}\p{M}\p{N}_ -]+$/u.test(name)) {
      throw invalidQuery(`Invalid field name "${name}".`)
    }
    if (names.has(name.toLowerCase())) throw invalidQuery(`Duplicate field name ${name}`)
    names.add(name.toLowerCase())
  }
}

/** DROP, ALTER and CREATE SCHEMA. */
export function runDdl(statement: Message, store: Store, location: string): void {
  const kind = readKind(statement)
  const node = readNode(statement)
  const key = asList(node.name_path).join('.')
  if (kind === 'resolved_create_schema_stmt_node') createSchema(node, key, store, location)
  else if (kind === 'resolved_drop_stmt_node') drop(node, key, store)
  else if (kind === 'resolved_alter_table_stmt_node') {
    for (const action of asList(node.alter_action_list)) alter(action, key, store)
  } else throw new Error(`the double does not know ${kind}`)
}

function createSchema(node: Message, key: string, store: Store, location: string): void {
  if (store.datasets.has(key)) {
    if (node.create_mode !== 'CREATE_IF_NOT_EXISTS') throw duplicate(`Dataset project:${key}`)
    return
  }
  store.datasets.set(key, { location: readOption(node.option_list, 'location') ?? location })
}

function drop(node: Message, key: string, store: Store): void {
  const isSchema = node.object_type === 'SCHEMA'
  const entries: Map<string, unknown> = isSchema ? store.datasets : store.tables
  if (!entries.has(key)) {
    if (node.is_if_exists === true) return
    throw notFound(`${isSchema ? 'Dataset' : 'Table'} project:${key}`)
  }
  const isCascade = node.drop_mode === 'CASCADE'
  if (isSchema && !isCascade && [...store.tables.keys()].some((table) => table.startsWith(`${key}.`))) {
    throw invalidQuery(`Dataset project:${key} is still in use`)
  }
  entries.delete(key)
  if (!isSchema) return
  for (const table of [...store.tables.keys()]) if (table.startsWith(`${key}.`)) store.tables.delete(table)
}

function alter(action: unknown, key: string, store: Store): void {
  const table = store.table(key)
  const node = readNode(action)
  switch (readKind(action)) {
    case 'resolved_rename_to_action_node': {
      const renamed = `${key.split('.')[0]}.${asList(node.new_path).join('.')}`
      if (store.tables.has(renamed)) throw duplicate(`Table project:${renamed}`)
      store.tables.delete(key)
      store.tables.set(renamed, table)
      return
    }
    case 'resolved_add_column_action_node': {
      const column = readColumn(node.column_definition)
      if (column.isRequired) throw invalidQuery('Cannot add a REQUIRED column to a table')
      if (table.columns.some(({ name }) => name.toLowerCase() === column.name.toLowerCase())) {
        throw invalidQuery(`Column already exists: ${column.name}`)
      }
      store.tables.set(key, {
        ...table,
        columns: [...table.columns, column],
        rows: table.rows.map((row) => [...row, {}]),
      })
      return
    }
    case 'resolved_alter_column_options_action_node': {
      const description = readOption(node.option_list, 'description')
      const name = String(node.column).toLowerCase()
      const columns = table.columns.map((column) =>
        column.name.toLowerCase() === name ? { ...column, description } : column,
      )
      store.tables.set(key, { ...table, columns })
      return
    }
    default:
      throw new Error(`the double does not know ${readKind(action)}`)
  }
}
