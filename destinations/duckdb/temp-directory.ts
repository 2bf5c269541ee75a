import { readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'

/** What the engine's own files in such a folder begin with. */
const filePrefix = 'duckdb_temp_'

/**
 * Where the engine puts what does not fit in memory. It is opened without a database, and would use `.tmp` in the working
 * directory then: two processes that were started in the same place overwrite each other's rows there, and crash, or worse.
 * Beside the file, as when DuckDB opens it, the file's lock keeps others away.
 * @param database path of the database
 */
export function tempDirectoryOf(database: string): string {
  return `${database}.tmp`
}

/** Only for who holds the lock of the database: then nobody uses the files, and a process that was killed has left them. */
export async function removeLeftFiles(directory: string): Promise<void> {
  try {
    const names = (await readdir(directory)).filter((name) => name.startsWith(filePrefix))
    await Promise.all(names.map((name) => rm(join(directory, name), { force: true })))
    await rmdir(directory)
  } catch {
    // Not there, not empty, or another user's: it keeps nobody from working, and the engine says where it cannot write.
  }
}
