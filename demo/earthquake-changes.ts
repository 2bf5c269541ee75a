import { updatedAt } from './datasets.ts'
import { joinObject, splitObject } from './json-text.ts'

/** The earthquakes as two syncs see them. Only `revised`, `deleted` and `late` are the demo's own work. */
export type EarthquakeHistory = {
  /** What the first sync sends. */
  readonly first: readonly string[]
  /** The rest of the file: what the feed changed last. */
  readonly added: readonly string[]
  /** Records of `first` with another magnitude and a later update, as after a review. */
  readonly revised: readonly string[]
  /** One record of `first` with a deletion mark, as CDC sources send it. */
  readonly deleted: string
  /** One record of `first` as it may have been an hour before; it arrives last. */
  readonly late: string
}

const firstSyncCount = 1_500
const revisedCount = 20
const minute = 60_000

/** @param earthquakes oldest update first, more than `firstSyncCount` */
export function planEarthquakes(earthquakes: readonly string[], deletedAt: Date): EarthquakeHistory {
  const first = earthquakes.slice(0, firstSyncCount)
  const added = earthquakes.slice(firstSyncCount)
  const [deleted, late, ...others] = first.filter(isAutomatic)
  const newest = earthquakes.at(-1)
  if (deleted === undefined || late === undefined || newest === undefined) {
    throw new Error('the dataset has too few earthquakes')
  }
  const reviewedAt = String(updatedAt(newest) + minute)
  return {
    first,
    added,
    revised: others.slice(0, revisedCount).map((earthquake) =>
      replaceMembers(earthquake, {
        mag: changeMagnitude(earthquake, 0.5),
        status: '"reviewed"',
        updated: reviewedAt,
      }),
    ),
    deleted: replaceMembers(deleted, {
      updated: reviewedAt,
      _ab_cdc_deleted_at: JSON.stringify(deletedAt.toISOString()),
    }),
    late: replaceMembers(late, {
      mag: changeMagnitude(late, -0.5),
      updated: String(updatedAt(late) - 60 * minute),
    }),
  }
}

/** The value of a field, for people. */
export function readField(record: string, field: string): string {
  return String(JSON.parse(splitObject(record).get(field) ?? 'null'))
}

function isAutomatic(earthquake: string): boolean {
  return splitObject(earthquake).get('status') === '"automatic"'
}

/** To one decimal, as reviewed magnitudes are. */
function changeMagnitude(earthquake: string, difference: number): string {
  return (Number(splitObject(earthquake).get('mag')) + difference).toFixed(1)
}

function replaceMembers(record: string, values: { readonly [field: string]: string }): string {
  return joinObject(new Map([...splitObject(record), ...Object.entries(values)]))
}
