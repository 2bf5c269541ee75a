import type { StreamConfig } from '../src/catalog/stream-config.ts'
import { joinSql, quoteIdentifier, quoteLiteral, type Sql, sql } from '../src/sql/sql.ts'
import type { SqlGenerator } from '../src/sql/sql-generator.ts'
import { finalTable, rawTable } from './tables.ts'

export type BareCastsOptions = { readonly keepsNewestOnly: boolean }

/**
 * What typing would be if nothing could go wrong: every value is cast, none is checked. One bad value fails it.
 */
export function insertBareCasts(
  generator: SqlGenerator,
  stream: StreamConfig,
  { keepsNewestOnly }: BareCastsOptions,
): Sql {
  const types = generator.finalTableColumns(stream)
  const names = [...types.keys()]
  const values = names.map(
    (name) => sql`${bareCast(stream, name, types.get(name) ?? '')} AS ${quoteIdentifier(name)}`,
  )
  const key = joinSql(
    stream.primaryKey.map(({ name }) => quoteIdentifier(name)),
    ', ',
  )
  const newestFirst = [
    ...(stream.cursor ? [stream.cursor.name] : []),
    '_airbyte_extracted_at',
    '_airbyte_raw_id',
  ]
  const order = joinSql(
    newestFirst.map((name) => sql`${quoteIdentifier(name)} DESC`),
    ', ',
  )
  const list = joinSql(names.map(quoteIdentifier), ', ')
  const [distinct, orderBy] = keepsNewestOnly
    ? [sql`DISTINCT ON (${key}) `, sql`\nORDER BY ${key}, ${order}`]
    : [sql``, sql``]
  const tableOf = (table: string) => joinSql(table.split('.').map(quoteIdentifier), '.')
  return sql`INSERT INTO ${tableOf(finalTable)} (${list})
SELECT ${distinct}${joinSql(values, ',\n  ')}
FROM ${tableOf(rawTable)}${orderBy}`
}

function bareCast(stream: StreamConfig, name: string, type: string): Sql {
  const column = stream.columns.find((candidate) => candidate.id.name === name)
  // The columns that both tables have go over as they are.
  if (column === undefined) return quoteIdentifier(name)
  const key = quoteLiteral(column.id.originalName)
  const data = quoteIdentifier('_airbyte_data')
  if (type === 'jsonb') return sql`${data} -> ${key}`
  return sql`(${data} ->> ${key})::${quoteIdentifier(type)}`
}
