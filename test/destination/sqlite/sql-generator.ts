import {
  type AirbyteType,
  BaseSqlGenerator,
  joinSql,
  type MetaColumnTypes,
  quoteIdentifier,
  quoteLiteral,
  type RawRows,
  rawColumns,
  resolveUnion,
  type Sql,
  type SqlBatch,
  type StreamConfig,
  sql,
  storedKey,
  type TableName,
} from 'landfall/sdk'
import { sqliteNaming } from './naming.ts'
import { typedValues } from './typed-value.ts'
import { columnTypes } from './types.ts'

const rawId = quoteIdentifier(rawColumns.rawId)
const extractedAt = quoteIdentifier(rawColumns.extractedAt)
const meta = quoteIdentifier(rawColumns.meta)
const generationId = quoteIdentifier(rawColumns.generationId)
const data = quoteIdentifier(rawColumns.data)

/** SQLite 3.46 and later. */
export class SqliteSqlGenerator extends BaseSqlGenerator {
  readonly naming = sqliteNaming

  /** SQLite has no schemas: a namespace is the beginning of a table's name. */
  protected override table({ namespace, name }: TableName): Sql {
    return this.quote(`${namespace}.${name}`)
  }

  protected override renameTable(table: TableName, name: string): Sql {
    return sql`ALTER TABLE ${this.table(table)} RENAME TO ${this.table({ ...table, name })}`
  }

  override createNamespace(): SqlBatch {
    return []
  }

  override dropNamespace(): SqlBatch {
    return []
  }

  protected override columnType(type: AirbyteType): Sql {
    return columnTypes[resolveUnion(type).type]
  }

  protected override typeName(type: AirbyteType): string {
    return this.columnType(type)
  }

  protected override metaColumnTypes(): MetaColumnTypes {
    const column = (type: Sql, constraint: Sql) => ({
      type,
      definition: sql`${type}${constraint}`,
      name: type,
    })
    return {
      [rawColumns.rawId]: column(columnTypes.string, sql` NOT NULL`),
      [rawColumns.extractedAt]: column(columnTypes.timestamp_with_timezone, sql` NOT NULL`),
      [rawColumns.meta]: column(columnTypes.struct, sql` NOT NULL`),
      [rawColumns.generationId]: column(columnTypes.integer, sql``),
    }
  }

  /** Text is not checked by its type, so a constraint refuses what the typing could not read. */
  protected override rawColumnDefinitions(): readonly Sql[] {
    return [
      sql`${rawId} TEXT PRIMARY KEY`,
      sql`${extractedAt} TIMESTAMPTZ_TEXT NOT NULL`,
      sql`${this.quote(rawColumns.loadedAt)} TIMESTAMPTZ_TEXT`,
      sql`${data} JSON_TEXT CHECK (json_valid(${data}))`,
      sql`${meta} JSON_TEXT CHECK (json_valid(${meta}))`,
      sql`${generationId} INTEGER`,
    ]
  }

  protected override rawText(key: string): Sql {
    return sql`CAST(${data} ->> ${jsonPath(key)} AS TEXT)`
  }

  /** Three steps: the JSON text of each field, then its typed value, then the list of what was lost. */
  protected override selectTypedRows(stream: StreamConfig, { table, conditions }: RawRows): Sql {
    const bookkeeping = [rawId, extractedAt, meta, generationId]
    const columns = stream.columns.map(({ id, type }, index) => ({
      name: this.quote(id.name),
      path: jsonPath(id.originalName),
      sent: sql`sent_${index}`,
      typed: sql`typed_${index}`,
      typedValue: typedValues[resolveUnion(type).type],
      change: { field: id.originalName, change: 'NULLED', reason: 'DESTINATION_TYPECAST_ERROR' },
    }))
    const where = conditions.length === 0 ? sql`` : sql`\n  WHERE ${joinSql(conditions, '\n    OR ')}`
    const losses = columns.map(
      ({ sent, typed, change }) =>
        sql`CASE WHEN ${sent} <> 'null' AND ${typed} IS NULL THEN ${quoteLiteral(JSON.stringify(change))} END`,
    )
    return sql`WITH sent AS MATERIALIZED (
  SELECT
    ${list([...columns.map(({ path, sent }) => sql`${data} -> ${path} AS ${sent}`), ...bookkeeping], 4)}
  FROM ${table}${where}
), typed AS MATERIALIZED (
  SELECT
    ${list([...columns.flatMap(({ sent, typed, typedValue }) => [sent, sql`${typedValue(sent)} AS ${typed}`]), ...bookkeeping], 4)}
  FROM sent
)
SELECT
  ${list([...columns.map(({ typed, name }) => sql`${typed} AS ${name}`), rawId, extractedAt, sql`${changes(losses)} AS ${meta}`, generationId], 2)}
FROM typed`
  }

  protected override selectNewestPerKey(stream: StreamConfig, rows: Sql): Sql {
    const { columns, primaryKey } = this.layout(stream)
    const newestFirst = list(
      this.#age(stream, sql`typed`).map((part) => sql`${part} DESC`),
      4,
    )
    return sql`SELECT
  ${list(columns, 2)}
FROM (
  SELECT *, row_number() OVER (
    PARTITION BY ${joinSql(primaryKey, ', ')}
    ORDER BY
    ${newestFirst}
  ) AS place
  FROM (\n${rows}\n) AS typed
) AS ranked
WHERE place = 1`
  }

  protected override createStagedTable(name: Sql, rows: Sql): readonly Sql[] {
    return [sql`CREATE TEMPORARY TABLE ${name} AS\n${rows}`]
  }

  /** Each statement goes from the batch to the final table by the index on the key. */
  protected override mergeStagedRows(stream: StreamConfig, staged: Sql): readonly Sql[] {
    const target = this.finalTableSql(stream)
    const { columns, primaryKey, deletedAt } = this.layout(stream)
    const key = primaryKey.map((column) => sql`target.${column} IS staged.${column}`)
    const sameKey = joinSql(key, ' AND ')
    const age = (row: Sql) => joinSql(this.#age(stream, row), ', ')
    const alive = deletedAt === undefined ? sql`` : sql`\nWHERE ${deletedAt} IS NULL`
    return [
      sql`DELETE FROM ${staged} AS staged
WHERE EXISTS (
  SELECT 1
  FROM ${target} AS target
  WHERE ${sameKey}
    AND (${age(sql`target`)}) > (${age(sql`staged`)})
)`,
      sql`DELETE FROM ${target}
WHERE rowid IN (
  SELECT target.rowid
  FROM ${staged} AS staged
  CROSS JOIN ${target} AS target
  WHERE ${sameKey}
)`,
      sql`INSERT INTO ${target} (\n  ${list(columns, 2)}\n)\nSELECT\n  ${list(columns, 2)}\nFROM ${staged}${alive}`,
    ]
  }

  /** The greater, the newer: by cursor, of which NULL is the oldest, then by extraction, then by arrival. */
  #age(stream: StreamConfig, row: Sql): readonly Sql[] {
    const { cursor } = this.layout(stream)
    const later = [sql`${row}.${extractedAt}`, sql`${row}.${rawId}`]
    if (cursor === undefined) return later
    const column = stream.columns.find(({ id }) => id.name === stream.cursor?.name)
    const isNumber = column !== undefined && resolveUnion(column.type).type === 'number'
    // As text, 9 is greater than 10; as a double, a number compares by its first 15 digits.
    const value = isNumber ? sql`CAST(${row}.${cursor} AS REAL)` : sql`${row}.${cursor}`
    return [sql`${row}.${cursor} IS NOT NULL`, sql`ifnull(${value}, '')`, ...later]
  }

  /** The index on the key is the mark as well: a table that rows are appended to has none. */
  protected override markFinal(stream: StreamConfig, table: TableName): readonly Sql[] {
    const drop = sql`DROP INDEX IF EXISTS ${this.#keyIndex(table)}`
    return stream.postImportAction === 'append' ? [drop] : [drop, this.#createKeyIndex(stream, table)]
  }

  /** SQLite keeps the statement that made an index, so it tells the columns. */
  protected override isMarked(stream: StreamConfig): Sql {
    const table = this.finalTable(stream)
    const index = sql`SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = ${this.literal(`${table.namespace}.${table.name} key`)}`
    if (stream.postImportAction === 'append') return sql`NOT EXISTS (${index})`
    return sql`EXISTS (${index} AND sql = ${this.literal(this.#createKeyIndex(stream, table))})`
  }

  protected override isDeduplicated(stream: StreamConfig): Sql {
    return this.isMarked(stream)
  }

  #createKeyIndex(stream: StreamConfig, table: TableName): Sql {
    const columns = this.layout(stream).primaryKey.toSorted()
    return sql`CREATE INDEX ${this.#keyIndex(table)} ON ${this.table(table)} (${joinSql(columns, ', ')})`
  }

  /** Indexes share one space of names with all tables. */
  #keyIndex({ namespace, name }: TableName): Sql {
    return this.quote(`${namespace}.${name} key`)
  }
}

/** `$."key"`: in quotes, a key may hold any character that a record keeps. */
function jsonPath(key: string): Sql {
  return quoteLiteral(`$.${JSON.stringify(storedKey(key))}`)
}

/** `{"changes": [...], "sync_id": n}` with the destination's own changes before those of the source. */
function changes(losses: readonly Sql[]): Sql {
  const earlier = sql`trim(${meta} -> '$.changes', '[]')`
  const entries = list([...losses, sql`nullif(${earlier}, '')`], 4)
  return sql`'{"changes":[' || concat_ws(',',
    ${entries}
  ) || '],"sync_id":' || ifnull(${meta} -> '$.sync_id', 'null') || '}'`
}

function list(parts: readonly Sql[], indentation: number): Sql {
  return joinSql(parts, `,\n${' '.repeat(indentation)}`)
}
