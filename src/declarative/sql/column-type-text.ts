import { authoredSql, type Sql } from '../../sql/sql.ts'
import type { ColumnTypeText } from '../manifest.ts'

/** A column's type as DDL spells it. */
export function columnTypeSql(text: ColumnTypeText): Sql {
  return authoredSql(typeof text === 'string' ? text : text.type)
}

/** Where the manifest does not say how a catalog spells a type, it is the first word in small letters. */
export function reportedName(text: ColumnTypeText): string {
  if (typeof text !== 'string' && text.reported !== undefined) return text.reported
  return (/^\w+/.exec(columnTypeSql(text))?.[0] ?? '').toLowerCase()
}
