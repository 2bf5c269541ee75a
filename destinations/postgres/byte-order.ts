import { type Sql, sql } from 'landfall/sdk'

/** Text compared by its bytes, whatever language the database sorts by. */
export function inByteOrder(text: Sql): Sql {
  return sql`${text} COLLATE "C"`
}
