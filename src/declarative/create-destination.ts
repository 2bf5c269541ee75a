import type { Destination } from '../destination/destination.ts'
import type { ManifestConfig } from './config-schema.ts'
import { HttpDestination } from './http/http-destination.ts'
import type { Manifest } from './manifest.ts'
import { readManifest } from './read-manifest.ts'
import { DeclarativeSqlDestination } from './sql/declarative-sql-destination.ts'

/**
 * The destination that a manifest describes.
 * @throws DestinationError `CONFIG_INVALID` with the lines of the manifest that are wrong
 */
export async function loadDeclarativeDestination(path: string): Promise<Destination<ManifestConfig>> {
  return createDeclarativeDestination(await readManifest(path))
}

export function createDeclarativeDestination(manifest: Manifest): Destination<ManifestConfig> {
  const { write } = manifest
  return write.type === 'SqlWriter'
    ? new DeclarativeSqlDestination(manifest, write)
    : new HttpDestination(manifest, write)
}
