import { type DemoDatabase, finalTable, rawTable, type TableFacts } from './database.ts'
import { updatedAt } from './datasets.ts'
import { type EarthquakeHistory, readField } from './earthquake-changes.ts'
import type { StreamSync } from './messages.ts'
import type { Progress } from './run-destination.ts'

/** A statement about the result with its truth, read from the database or from the connector's output. */
export type Check = { readonly isMet: boolean; readonly text: string }

/** What every sync must show: each state has come back, and has counted the records before it. */
export function checkStates({ states }: Progress): Check {
  const { sent, returned, mismatches } = states
  return {
    isMet: returned === sent && mismatches === 0,
    text:
      mismatches === 0
        ? `${returned} of ${sent} states came back, in order, each with the count of the records before it`
        : `${returned} of ${sent} states came back, ${mismatches} of them not as they should`,
  }
}

/** What every sync must show: all records lie in the raw table, after those that were to stay. */
export function checkRawRows(stream: StreamSync, before: TableFacts | undefined, after: TableFacts): Check {
  const kept = stream.mode === 'overwrite' ? 0 : (before?.rawRows ?? 0)
  const expected = kept + stream.records.length
  return {
    isMet: after.rawRows === expected,
    text: `${stream.name}: ${after.rawRows} raw rows, ${kept} from before and ${stream.records.length} sent`,
  }
}

/** The second sync: what deduplication must have done with each kind of change. */
export async function checkChanges(
  database: DemoDatabase,
  { revised, deleted, late }: EarthquakeHistory,
  expectedRows: number,
): Promise<readonly Check[]> {
  const table = finalTable('earthquakes')
  const rows = await database.count(`SELECT count(*) FROM ${table}`)
  const ids = await database.count(`SELECT count(DISTINCT id) FROM ${table}`)
  return [
    { isMet: rows === expectedRows && ids === rows, text: `one row per id: ${rows} rows, ${ids} ids` },
    await checkRevised(database, revised),
    await checkDeleted(database, deleted),
    await checkLate(database, late),
  ]
}

/** The third sync: nothing of the first generation may be left. */
export async function checkOverwrite(database: DemoDatabase): Promise<readonly Check[]> {
  const generations = await database.query(
    `SELECT DISTINCT _airbyte_generation_id::VARCHAR FROM ${finalTable('movies')} ORDER BY 1`,
  )
  const names = generations.map(([generation]) => generation).join(', ')
  const old = await database.count(
    `SELECT count(*) FROM ${finalTable('movies')} WHERE right("Release_Date", 4)::INTEGER < 2000`,
  )
  return [
    { isMet: names === '2', text: `generations in the table: ${names}` },
    { isMet: old === 0, text: `films before 2000: ${old}` },
  ]
}

async function checkRevised(database: DemoDatabase, revised: readonly string[]): Promise<Check> {
  const expected = revised.map((record) => `('${readField(record, 'id')}', ${readField(record, 'mag')})`)
  const found = await database.count(
    `SELECT count(*) FROM ${finalTable('earthquakes')} AS final
     JOIN (VALUES ${expected.join(', ')}) AS expected (id, mag) ON final.id = expected.id AND final.mag = expected.mag`,
  )
  return {
    isMet: found === revised.length,
    text: `revised: ${found} of ${revised.length} have their new magnitude`,
  }
}

async function checkDeleted(database: DemoDatabase, deleted: string): Promise<Check> {
  const id = readField(deleted, 'id')
  const finalRows = await database.count(
    `SELECT count(*) FROM ${finalTable('earthquakes')} WHERE id = '${id}'`,
  )
  const rawRows = await database.count(
    `SELECT count(*) FROM ${rawTable('earthquakes')} WHERE _airbyte_data ->> 'id' = '${id}'`,
  )
  return {
    isMet: finalRows === 0,
    text: `deleted: ${id} has ${finalRows} rows in the final table (${rawRows} in the raw table, its history)`,
  }
}

async function checkLate(database: DemoDatabase, late: string): Promise<Check> {
  const id = readField(late, 'id')
  const [row] = await database.query(
    `SELECT updated::VARCHAR, mag::DOUBLE::VARCHAR FROM ${finalTable('earthquakes')} WHERE id = '${id}'`,
  )
  const [updated, mag] = row ?? []
  return {
    isMet: Number(updated) > updatedAt(late),
    text: `late: ${id} keeps magnitude ${mag}, the older ${readField(late, 'mag')} did not win`,
  }
}
