import { env } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DuckDBInstance } from '@duckdb/node-api'
import { DestinationError, type Logger, quoteIdentifier, quoteLiteral } from 'landfall/sdk'
import { engineMemory, scarceBytes } from './memory-limit.ts'
import { removeLeftFiles, tempDirectoryOf } from './temp-directory.ts'

export type Driver = typeof import('@duckdb/node-api')

export type OpenOptions = {
  readonly path: string
  /** The most that the engine may take, in bytes. */
  readonly memoryLimit: number
  readonly logger: Logger
  readonly signal: AbortSignal
  /** How long to wait for a lock that another process holds, in milliseconds. Default: 30 seconds. */
  readonly lockWaitMs?: number
}

/** Long enough for a query or a short sync to end, short enough to tell the user soon. */
const defaultLockWaitMs = 30_000

const lockPollMs = 250

/**
 * Imported only when a database is opened, so that `spec` and the SQL generator work without the driver.
 * @param memoryLimit see `OpenOptions`; counts for the first database that the process opens
 */
export async function loadDriver(memoryLimit: number): Promise<Driver> {
  // The engine's allocator gives freed memory back at once, in place of keeping it for ten seconds: a quarter more CPU
  // time, and 135 MB less at the peak (a million rows of 1 kB with a limit of 400 MiB). Read once, while the driver is loaded.
  if (memoryLimit < scarceBytes) env.DUCKDB_JE_MALLOC_CONF ??= 'dirty_decay_ms:0,muzzy_decay_ms:0'
  try {
    return await import('@duckdb/node-api')
  } catch (cause) {
    throw new DestinationError(
      'DRIVER_MISSING',
      'The DuckDB driver cannot be loaded. Install the package `@duckdb/node-api` next to `landfall`.',
      { cause },
    )
  }
}

/** Opens the file for writing, and waits where another process has it open. */
export async function openDatabase(driver: Driver, options: OpenOptions): Promise<DuckDBInstance> {
  const { path, logger, signal } = options
  const deadline = performance.now() + (options.lockWaitMs ?? defaultLockWaitMs)
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await attachDatabase(driver, options)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      if (!isLocked(message) || performance.now() >= deadline) throw openError(path, message, error)
      if (attempt === 0)
        logger.info(`Waiting for the database file \`${path}\`, which ${lockHolder(message)} has open.`)
    }
    await sleep(lockPollMs, undefined, { signal }).catch((cause: unknown) => {
      throw new DestinationError('INTERRUPTED', `The sync was stopped while it waited for \`${path}\`.`, {
        cause,
      })
    })
  }
}

/**
 * What the file is called inside the engine. By default it would have the file's name, and a schema of that
 * name could not be told from it. No schema of a sync has a blank in its name.
 */
export const databaseAlias = 'landfall database'

async function attachDatabase(driver: Driver, options: OpenOptions): Promise<DuckDBInstance> {
  const instance = await driver.DuckDBInstance.create(':memory:', engineSettings(options))
  const connection = await instance.connect()
  try {
    const alias = quoteIdentifier(databaseAlias)
    await connection.run(`ATTACH ${quoteLiteral(options.path)} AS ${alias}`)
    // The engine's own database in memory must not stand in the way of a schema `memory`.
    await connection.run(`USE ${alias}`)
    await connection.run('DETACH memory')
    await removeLeftFiles(tempDirectoryOf(options.path))
    connection.closeSync()
    return instance
  } catch (error) {
    connection.closeSync()
    instance.closeSync()
    throw error
  }
}

function engineSettings({ memoryLimit, path }: OpenOptions): Record<string, string> {
  const { limit, checkpoint } = engineMemory(memoryLimit)
  return {
    memory_limit: limit,
    temp_directory: tempDirectoryOf(path),
    // Rows carry their own order; keeping theirs costs memory.
    preserve_insertion_order: 'false',
    // Size of the write-ahead log at which it is moved into the file.
    wal_autocheckpoint: checkpoint,
    // Nothing outside the package is needed, and a sync must not download code.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  }
}

function isLocked(message: string): boolean {
  return message.includes('Could not set lock on file')
}

/** DuckDB names the process on the systems that tell: "... is held in /usr/bin/python3 (PID 42)". */
function lockHolder(message: string): string {
  const processId = /\(PID (\d+)\)/.exec(message)?.[1]
  return processId === undefined ? 'another process' : `another process (PID ${processId})`
}

function openError(path: string, message: string, cause: unknown): DestinationError {
  const file = `\`${path}\``
  if (isLocked(message)) {
    return new DestinationError(
      'CONNECTION_FAILED',
      `The database file ${file} is locked: ${lockHolder(message)} has it open. Only one process can write to a DuckDB file; close the other one, then sync again.`,
      { cause },
    )
  }
  if (/No such file or directory/.test(message)) {
    return new DestinationError(
      'DATABASE_MISSING',
      `The directory of the database file ${file} does not exist. Create it, or mount it into the container.`,
      { cause },
    )
  }
  if (/Permission denied|Read-only file system/i.test(message)) {
    return new DestinationError(
      'PERMISSION_DENIED',
      `The database file ${file} may not be written. Check the rights on the file and its directory.`,
      { cause },
    )
  }
  if (/not a valid DuckDB database|Is a directory|Extension .* not found/i.test(message)) {
    return new DestinationError(
      'CONFIG_INVALID',
      `${file} exists, but is not a DuckDB database file. Set \`destination_path\` to another file, or move this one away.`,
      { cause },
    )
  }
  return new DestinationError('CONNECTION_FAILED', `The database file ${file} cannot be opened: ${message}`, {
    cause,
  })
}
