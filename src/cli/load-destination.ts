import { Destination } from '../destination/destination.ts'
import { DestinationError } from '../errors.ts'

/** The destinations of this package: one folder each under `destinations/`. */
export const destinationNames: readonly string[] = ['bigquery', 'duckdb', 'postgres', 'redshift', 'snowflake']

/** Loads a destination by name, and nothing of the others. Called by the `landfall` executable. */
export async function loadDestination(name: string): Promise<Destination> {
  const module: unknown = await import(`landfall/destinations/${name}`)
  const isModule = typeof module === 'object' && module !== null && 'default' in module
  if (isModule && module.default instanceof Destination) return module.default
  throw new DestinationError('INTERNAL', `\`landfall/destinations/${name}\` does not export a destination.`)
}
