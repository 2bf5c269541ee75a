import { readFile } from 'node:fs/promises'
import { joinObject, splitArray, splitObject, toOneLine } from './json-text.ts'

/** Records as JSON texts, with their values as the files spell them. */
export type Datasets = {
  /** Films with their takings and ratings; has no key. */
  readonly movies: readonly string[]
  /** A week of the USGS feed: key `id`, cursor `updated`, oldest update first. */
  readonly earthquakes: readonly string[]
  /** Delays of US flights; has no key. */
  readonly flights: readonly string[]
}

/** Reads the files of the `vega-datasets` package. */
export async function loadDatasets(): Promise<Datasets> {
  const [movies, earthquakes, flights] = await Promise.all([
    readDataset('movies.json'),
    readDataset('earthquakes.json'),
    readDataset('flights-200k.json'),
  ])
  const features = splitArray(member(splitObject(earthquakes), 'features'))
  return {
    movies: splitArray(movies),
    earthquakes: features.map(unfoldFeature).toSorted((left, right) => updatedAt(left) - updatedAt(right)),
    flights: splitArray(flights),
  }
}

/** When the feed last changed this earthquake, in milliseconds since the epoch. */
export function updatedAt(earthquake: string): number {
  return Number(member(splitObject(earthquake), 'updated'))
}

/** The package exports its code only, so its data is found from there. */
async function readDataset(file: string): Promise<string> {
  const code = import.meta.resolve('vega-datasets')
  return toOneLine(await readFile(new URL(`../data/${file}`, code), 'utf8'))
}

/**
 * Keys and cursors must be fields of the record itself, so a GeoJSON feature becomes one record of its
 * properties, its id and its geometry, which stays nested.
 */
function unfoldFeature(feature: string): string {
  const members = splitObject(feature)
  return joinObject([
    ['id', member(members, 'id')],
    ...splitObject(member(members, 'properties')),
    ['geometry', member(members, 'geometry')],
  ])
}

function member(members: ReadonlyMap<string, string>, key: string): string {
  const value = members.get(key)
  if (value === undefined) throw new Error(`the dataset has an object without \`${key}\``)
  return value
}
