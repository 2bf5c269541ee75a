import { rawColumns } from '../../catalog/meta-columns.ts'
import { resolveUnion } from '../../catalog/parse-airbyte-type.ts'
import type { StreamConfig } from '../../catalog/stream-config.ts'
import { joinSql, type Sql, sql } from '../../sql/sql.ts'
import type { RawRows } from '../../sql/sql-dialect.ts'
import type { ColumnKind } from '../manifest.ts'

export type TypedRowsDialect = {
  quote(name: string): Sql
  literal(value: string): Sql
  /** JSON text of a member of a document; NULL where it is absent. */
  member(document: Sql, key: string): Sql
  typedValue(kind: ColumnKind, json: Sql): Sql
}

/** Three steps: the JSON text of each field, then its typed value, then the list of what was lost. */
export function selectTypedRows(
  stream: StreamConfig,
  { table, conditions }: RawRows,
  dialect: TypedRowsDialect,
): Sql {
  const [rawId, extractedAt, meta, generationId, data] = [
    rawColumns.rawId,
    rawColumns.extractedAt,
    rawColumns.meta,
    rawColumns.generationId,
    rawColumns.data,
  ].map((name) => dialect.quote(name)) as [Sql, Sql, Sql, Sql, Sql]
  const bookkeeping = [rawId, extractedAt, meta, generationId]
  const columns = stream.columns.map(({ id, type }, index) => ({
    name: dialect.quote(id.name),
    value: dialect.member(data, id.originalName),
    sent: sql`sent_${index}`,
    typed: sql`typed_${index}`,
    kind: resolveUnion(type).type,
    change: { field: id.originalName, change: 'NULLED', reason: 'DESTINATION_TYPECAST_ERROR' },
  }))
  const where =
    conditions.length === 0
      ? sql``
      : sql`\n  WHERE ${joinSql(
          conditions.map((condition) => sql`(${condition})`),
          '\n    OR ',
        )}`
  const losses = columns.map(
    ({ sent, typed, change }) =>
      sql`CASE WHEN ${sent} <> 'null' AND ${typed} IS NULL THEN ${dialect.literal(JSON.stringify(change))} END`,
  )
  const typed = columns.flatMap(({ sent, typed, kind }) => [
    sent,
    sql`${dialect.typedValue(kind, sent)} AS ${typed}`,
  ])
  return sql`WITH sent AS (
  SELECT
    ${list([...columns.map(({ value, sent }) => sql`${value} AS ${sent}`), ...bookkeeping], 4)}
  FROM ${table}${where}
), typed AS (
  SELECT
    ${list([...typed, ...bookkeeping], 4)}
  FROM sent
)
SELECT
  ${list([...columns.map(({ typed, name }) => sql`${typed} AS ${name}`), rawId, extractedAt, sql`${changes(losses, meta, dialect)} AS ${meta}`, generationId], 2)}
FROM typed`
}

/** `{"changes": [...], "sync_id": n}` with the destination's own changes before those of the source. */
function changes(losses: readonly Sql[], meta: Sql, { member }: TypedRowsDialect): Sql {
  const earlier = member(meta, 'changes')
  const entries = list([...losses, sql`NULLIF(SUBSTR(${earlier}, 2, CHAR_LENGTH(${earlier}) - 2), '')`], 4)
  return sql`CONCAT('{"changes":[', CONCAT_WS(',',
    ${entries}
  ), '],"sync_id":', COALESCE(${member(meta, 'sync_id')}, 'null'), '}')`
}

function list(parts: readonly Sql[], indentation: number): Sql {
  return joinSql(parts, `,\n${' '.repeat(indentation)}`)
}
