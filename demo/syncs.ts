import { type Check, checkChanges, checkFinalRows, checkOverwrite } from './checks.ts'
import type { DemoDatabase } from './database.ts'
import { type Datasets, updatedAt } from './datasets.ts'
import { type EarthquakeHistory, readField } from './earthquake-changes.ts'
import type { StreamSync } from './messages.ts'
import * as schemas from './schemas.ts'

/** One run of the connector, and what a newcomer can learn from it. */
export type Sync = {
  /** Part of file names. */
  readonly name: string
  readonly title: string
  /** What is sent, a line each. */
  readonly sent: readonly string[]
  /** What must be seen afterwards, in a line. */
  readonly expected: string
  readonly streams: readonly StreamSync[]
  /** Whether that is what the database has, beyond what every sync must show. */
  readonly check: (database: DemoDatabase) => Promise<readonly Check[]>
}

/** Every stream for the first time. */
export function planFirstSync(datasets: Datasets, history: EarthquakeHistory): Sync {
  const streams: readonly StreamSync[] = [
    moviesStream(datasets.movies, schemas.movies, 1),
    earthquakesStream(history.first),
    {
      name: 'flights',
      mode: 'append',
      schema: schemas.flights,
      generationId: 1,
      records: datasets.flights,
      stateAfter: (flights) => ({ flights }),
    },
  ]
  return {
    name: 'sync-1',
    title: 'three streams for the first time',
    sent: [
      'movies       all films; replaces what the table had (nothing yet)',
      'earthquakes  what the feed knew first; one row per id, the latest update wins',
      'flights      every flight; rows are only ever added',
    ],
    expected: 'every record in its raw table and as a row of its final table.',
    streams,
    check: (database) => checkFinalRows(database, streams),
  }
}

/** Only what has changed since the first sync. */
export function planChangesSync(history: EarthquakeHistory): Sync {
  const { first, added, revised, deleted, late } = history
  return {
    name: 'sync-2',
    title: 'changed and deleted rows (incremental, append_dedup)',
    sent: [
      `${added.length} new earthquakes, the rest of the file`,
      `${revised.length} known ones with a new magnitude and a later update (made up by this demo)`,
      '1 deletion, as a CDC source sends it (made up)',
      '1 older version that arrives after the newer one (made up)',
    ],
    expected: 'one row per id with its latest values, and none for the deleted one.',
    streams: [earthquakesStream([...added, ...revised, deleted, late])],
    check: (database) => checkChanges(database, history, first.length + added.length - 1),
  }
}

/** The same stream again, with fewer records and a better schema. */
export function planOverwriteSync(movies: readonly string[]): Sync {
  const recent = movies.filter(isOfNewCentury)
  return {
    name: 'sync-3',
    title: 'a full refresh (overwrite)',
    sent: [
      `the ${recent.length.toLocaleString('en')} films of 2000 to 2010, as generation 2`,
      '"Release Date" is now declared a string, which is what the values are',
    ],
    expected: 'the films of generation 1 are gone, dates are no longer NULL.',
    streams: [moviesStream(recent, schemas.repairedMovies, 2)],
    check: (database) => checkOverwrite(database, recent),
  }
}

function moviesStream(
  records: readonly string[],
  schema: schemas.StreamSchema,
  generationId: number,
): StreamSync {
  return {
    name: 'movies',
    mode: 'overwrite',
    schema,
    generationId,
    records,
    stateAfter: (movies) => ({ movies }),
  }
}

function earthquakesStream(records: readonly string[]): StreamSync {
  return {
    name: 'earthquakes',
    mode: 'append_dedup',
    schema: schemas.earthquakes,
    primaryKey: 'id',
    cursor: 'updated',
    generationId: 1,
    records,
    stateAfter: (count) => ({ updated: Math.max(...records.slice(0, count).map(updatedAt)) }),
  }
}

/** Dates look like `Jun 12 1998`; where the file says 2046, it means 1946. */
function isOfNewCentury(movie: string): boolean {
  const year = Number(readField(movie, 'Release Date').slice(-4))
  return year >= 2000 && year <= 2010
}
