import type { DemoDatabase, TableFacts } from './database.ts'
import { updatedAt } from './datasets.ts'
import { type EarthquakeHistory, readField } from './earthquake-changes.ts'
import type { StreamSync } from './messages.ts'
import { formatCount, type StreamResult } from './report.ts'
import type { Progress } from './run-destination.ts'
import { finalTable, rawTable } from './table-names.ts'

/** A statement about the result with its truth, read from the database or from the connector's output. */
export type Check = { readonly isMet: boolean; readonly text: string }

/** What every sync must show: each state has come back, and has counted the records before it. */
export function checkStates({ states }: Progress): Check {
  const { sent, returned, mismatches } = states
  return {
    isMet: returned === sent && mismatches === 0,
    text:
      `states: ${returned} of ${sent} came back` +
      (mismatches === 0
        ? ', in order, each with its number of records'
        : `, ${mismatches} of them not as they should`),
  }
}

/** What every sync must show: its records lie in the raw tables, next to those that were to stay. */
export function checkRawRows(
  results: readonly StreamResult[],
  before: ReadonlyMap<string, TableFacts>,
): Check {
  const keptRows = ({ stream }: StreamResult) =>
    stream.mode === 'overwrite' ? 0 : (before.get(stream.name)?.rawRows ?? 0)
  const isMet = results.every(
    (result) => result.facts.rawRows === keptRows(result) + result.stream.records.length,
  )
  const total = formatCount(sum(results.map(({ facts }) => facts.rawRows)))
  const kept = formatCount(sum(results.map(keptRows)))
  const sent = formatCount(sum(results.map(({ stream }) => stream.records.length)))
  return { isMet, text: `raw rows: ${total} = ${kept} from before + ${sent} sent` }
}

/** The first sync: nothing is lost between the record and its row, typed or not. */
export async function checkFinalRows(
  database: DemoDatabase,
  streams: readonly StreamSync[],
): Promise<readonly Check[]> {
  const found: number[] = []
  for (const { name } of streams) found.push(await database.count(`SELECT count(*) FROM ${finalTable(name)}`))
  return [
    {
      isMet: streams.every(({ records }, index) => records.length === found[index]),
      text: `final rows: ${formatCount(sum(found))} for ${formatCount(sum(streams.map(({ records }) => records.length)))} records`,
    },
  ]
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
    {
      isMet: rows === expectedRows && ids === rows,
      text: `one row per id: ${formatCount(rows)} rows, ${formatCount(ids)} ids`,
    },
    await checkRevised(database, revised),
    await checkDeleted(database, deleted),
    await checkLate(database, late),
  ]
}

/** The third sync: nothing of the first generation may be left. */
export async function checkOverwrite(
  database: DemoDatabase,
  records: readonly string[],
): Promise<readonly Check[]> {
  const generations = await database.query(
    `SELECT _airbyte_generation_id::VARCHAR, count(*)::VARCHAR FROM ${finalTable('movies')} GROUP BY 1 ORDER BY 1`,
  )
  const [[generation, rows] = []] = generations
  const dateless = await database.count(
    `SELECT count(*) FROM ${finalTable('movies')} WHERE "Release_Date" IS NULL`,
  )
  const found = generations.map(([id, count]) => `${id} (${formatCount(Number(count))} rows)`)
  return [
    {
      isMet: generations.length === 1 && generation === '2' && Number(rows) === records.length,
      text: `generations in the final table: ${found.join(', ')}`,
    },
    { isMet: dateless === 0, text: `films without a release date: ${dateless}` },
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
    text: `deleted: ${id} has ${finalRows} rows in the final table, ${rawRows} in the raw table`,
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

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
