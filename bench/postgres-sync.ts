import { createCatalog, runSync, type Sync, type SyncMode } from './connectors.ts'
import type { Input } from './message-file.ts'
import type { BenchPostgres } from './postgres.ts'
import type { DataName, RecordKind } from './record-kind.ts'
import type { Measurement } from './run-process.ts'

/** What every trial on PostgreSQL needs. */
export type PostgresContext = {
  readonly postgres: BenchPostgres
  readonly directory: string
  readonly hasPsql: boolean
}

/** The project's promise for any size of input. */
export const maximumBytes = 256 * 1024 * 1024

/** Names of entries must tell the data sets apart; the usual one goes without. */
export function nameFor(name: string, data: DataName): string {
  return data === 'narrow' ? name : `${name}, ${data}`
}

export function sizeOf({ records, bytes }: Input): Pick<Input, 'records' | 'bytes'> {
  return { records, bytes }
}

export type PostgresSync = Pick<Sync, 'input' | 'repetitions' | 'executable'> & {
  readonly kind: RecordKind
  readonly mode: SyncMode
  /** Added to the connection. */
  readonly config?: { readonly [key: string]: unknown }
}

/** `destination-postgres write`, with what the server does meanwhile. */
export function syncPostgres(context: PostgresContext, sync: PostgresSync): Promise<Measurement> {
  const { postgres, directory } = context
  const { kind, mode, config, ...rest } = sync
  return postgres.watchServer(() =>
    runSync({
      ...rest,
      connector: 'postgres',
      config: { ...postgres.config, ...config },
      catalog: createCatalog(kind, mode),
      directory,
    }),
  )
}

/**
 * Empty tables, made by the connector itself with a sync of no records: so a limit pays for the same columns
 * and indexes.
 */
export async function createTables(
  context: PostgresContext,
  sync: Omit<PostgresSync, 'repetitions'>,
): Promise<void> {
  await context.postgres.clear()
  await syncPostgres(context, { ...sync, repetitions: 0 })
  await context.postgres.checkpoint()
}
