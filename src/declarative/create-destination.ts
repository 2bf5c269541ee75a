import type { Destination } from '../destination/destination.ts'
import { HttpDestination } from './http/http-destination.ts'
import type { Manifest } from './manifest.ts'
import { readManifest } from './read-manifest.ts'
import { createPostgresRelative } from './sql/create-postgres-relative.ts'
import { DeclarativeSqlDestination } from './sql/declarative-sql-destination.ts'

/**
 * The destination that a manifest describes.
 * @throws DestinationError `CONFIG_INVALID` with the lines of the manifest that are wrong
 */
export async function loadDeclarativeDestination(path: string): Promise<Destination> {
  return createDeclarativeDestination(await readManifest(path))
}

export async function createDeclarativeDestination(manifest: Manifest): Promise<Destination> {
  const { write } = manifest
  if (write.type === 'HttpWriter') return new HttpDestination(manifest, write)
  return write.driver === 'pg'
    ? createPostgresRelative(manifest, write)
    : new DeclarativeSqlDestination(manifest, write)
}
