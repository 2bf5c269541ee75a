import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A folder for files that are loaded. Its name says which database it is for: whoever holds the lock of a
 * database knows that other folders for it were left behind by processes that were killed, and removes them.
 * @param database path of the database, which this process has opened
 */
export async function createSpoolDirectory(database: string, parent: string = tmpdir()): Promise<string> {
  // Not by its path, which may be another file in another container with the same folder.
  const { dev, ino } = await stat(database)
  const prefix = `landfall-duckdb-${dev.toString(36)}-${ino.toString(36)}-`
  const names = await readdir(parent)
  const left = names.filter((name) => name.startsWith(prefix))
  // What belongs to another user stays; it keeps nobody from working.
  await Promise.allSettled(left.map((name) => rm(join(parent, name), { recursive: true, force: true })))
  return mkdtemp(join(parent, prefix))
}
