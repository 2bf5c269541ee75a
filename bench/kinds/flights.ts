import { fileURLToPath } from 'node:url'
import { DuckDBInstance, type DuckDBValue } from '@duckdb/node-api'
import type { BenchRecord, RecordKind, RecordSource } from '../record-kind.ts'

/** Flights within the US, three million of them, from the `vega-datasets` package. Few come twice. */
export const flights: RecordKind = {
  name: 'real',
  schema: {
    type: 'object',
    properties: {
      date: { type: 'string', format: 'date-time', airbyte_type: 'timestamp_without_timezone' },
      delay: { type: ['null', 'integer'] },
      distance: { type: ['null', 'integer'] },
      origin: { type: 'string' },
      destination: { type: 'string' },
    },
  },
  primaryKey: ['date', 'origin', 'destination'],
  cursor: 'date',
  checked: ['delay', 'distance', 'origin', 'destination'],
  open: async ({ rows }) => {
    const flown = await readFlights(rows)
    return createSource(flown)
  },
}

type Flight = {
  readonly key: number
  readonly date: string
  readonly delay: number
  readonly distance: number
  readonly origin: string
  readonly destination: string
}

/** The package exports its code only, so its data is found from there. */
const file = fileURLToPath(new URL('../data/flights-3m.parquet', import.meta.resolve('vega-datasets')))
const source = `read_parquet('${file.replaceAll("'", "''")}')`

/** In the order of the file. */
async function readFlights(rows: number): Promise<readonly Flight[]> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    const [[count] = []] = (await connection.runAndReadAll(`SELECT count(*) FROM ${source}`)).getRows()
    if (Number(count) < rows)
      throw new Error(`The real data has ${count} records: choose \`--rows ${count}\`.`)
    const reader = await connection.runAndReadAll(
      `SELECT strftime(date, '%Y-%m-%dT%H:%M:%S'), delay, distance, origin, destination
       FROM ${source} LIMIT ${rows}`,
    )
    return toFlights(reader.getRows())
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

function toFlights(rows: readonly (readonly DuckDBValue[])[]): readonly Flight[] {
  const keys = new Map<string, number>()
  return rows.map(([date, delay, distance, origin, destination]) => {
    const name = [date, origin, destination].join()
    const key = keys.get(name) ?? keys.size + 1
    keys.set(name, key)
    return {
      key,
      date: String(date),
      delay: Number(delay),
      distance: Number(distance),
      origin: String(origin),
      destination: String(destination),
    }
  })
}

function createSource(flown: readonly Flight[]): RecordSource {
  return { records: { [Symbol.iterator]: records }, updates: { [Symbol.iterator]: updates } }

  function* records(): Generator<BenchRecord> {
    for (const flight of flown) yield toRecord(flight)
  }

  /** A tenth of the flights turn out to have been later than was said at first. */
  function* updates(): Generator<BenchRecord> {
    for (const [index, flight] of flown.entries()) {
      if (index % 10 === 0) yield toRecord({ ...flight, delay: flight.delay + 10 })
    }
  }
}

function toRecord({ key, ...flight }: Flight): BenchRecord {
  const { delay, distance, origin, destination } = flight
  return { key, data: JSON.stringify(flight), checked: [delay, distance, origin, destination], badValues: 0 }
}
