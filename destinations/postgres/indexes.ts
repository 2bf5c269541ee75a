import { createHash } from 'node:crypto'
import {
  type FinalTableLayout,
  joinSql,
  quoteIdentifier,
  quoteLiteral,
  rawColumns,
  type Sql,
  sql,
  type TableName,
  withSuffix,
} from 'landfall/sdk'

export type FinalIndex = { readonly name: string; readonly create: Sql; readonly drop: Sql }

/**
 * The indexes of a final table: on its key where it is deduplicated, and on the time of extraction, for
 * those who read what is new. The key is all that a row is looked up by: with the cursor and the time behind
 * it, as in the Java connector, the index would be about twice as large. They are named after their columns,
 * so that a table that is filled anew keeps the ones that it has; names of indexes are unique in a schema.
 */
export function finalIndexes(
  table: TableName,
  { primaryKey }: FinalTableLayout,
  maxIdentifierBytes: number,
): readonly FinalIndex[] {
  const namespace = quoteIdentifier(table.namespace)
  const place = sql`${namespace}.${quoteIdentifier(table.name)}`
  const extractedAt = quoteIdentifier(rawColumns.extractedAt)
  const create = (columns: readonly Sql[]) => {
    const list = joinSql(columns, ', ')
    const hash = createHash('sha256').update(list).digest('hex').slice(0, 8)
    const name = withSuffix(table.name, `_ab_${hash}`, maxIdentifierBytes)
    const quoted = quoteIdentifier(name)
    return {
      name,
      create: sql`CREATE INDEX IF NOT EXISTS ${quoted} ON ${place} (${list})`,
      drop: sql`DROP INDEX IF EXISTS ${namespace}.${quoted}`,
    }
  }
  const onKey = primaryKey.length > 0 ? [create(primaryKey)] : []
  return [...onKey, create([extractedAt])]
}

/** A condition: some index of the table has just these columns, in any order. */
export function hasIndexOn(table: Sql, columns: readonly string[]): Sql {
  const wanted = joinSql([...new Set(columns)].toSorted().map(quoteLiteral), ', ')
  return sql`EXISTS (
      SELECT 1
      FROM pg_catalog.pg_index AS i
      WHERE i.indrelid = ${quoteLiteral(table)}::regclass
        AND i.indpred IS NULL
        AND ARRAY[${wanted}] = (
          SELECT array_agg(a.attname::text ORDER BY a.attname::text COLLATE "C")
          FROM pg_catalog.pg_attribute AS a
          WHERE a.attrelid = i.indrelid
            AND a.attnum = ANY (i.indkey::int2[])
        )
    )`
}

/** A condition: the table has one of these indexes. */
export function hasIndexNamed(table: Sql, names: readonly string[]): Sql {
  return sql`EXISTS (
      SELECT 1
      FROM pg_catalog.pg_index AS i
      JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
      WHERE i.indrelid = ${quoteLiteral(table)}::regclass
        AND c.relname IN (${joinSql(names.map(quoteLiteral), ', ')})
    )`
}

/**
 * A condition: the table has a partial hash index on this expression. The server spells it with more casts and
 * brackets, and with more quotes where the role has `quote_all_identifiers`, so all of these are left out.
 */
export function hasHashIndex(table: Sql, expression: Sql): Sql {
  const plain = expression.replaceAll(/[()"]/g, '').replaceAll('::text', '')
  return sql`EXISTS (
    SELECT 1
    FROM pg_catalog.pg_index AS i
    JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
    JOIN pg_catalog.pg_am AS m ON m.oid = c.relam AND m.amname = 'hash'
    WHERE i.indrelid = ${quoteLiteral(table)}::regclass
      AND i.indpred IS NOT NULL
      AND replace(translate(pg_get_expr(i.indexprs, i.indrelid), '()"', ''), '::text', '') = ${quoteLiteral(plain)}
  )`
}
