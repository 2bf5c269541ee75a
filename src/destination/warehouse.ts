import type { StreamConfig } from '../catalog/stream-config.ts'
import type { Sql, SqlBatch, SqlTransaction } from '../sql/sql.ts'
import type { TableName } from '../sql/sql-generator.ts'
import type { Batching } from './destination.ts'
import type { Receipt, RecordBatch } from './record-batch.ts'
import type { RecordLimits } from './record-limits.ts'

export type Row = { readonly [column: string]: unknown }

/** Column name to type name, in the warehouse's own spelling without precision (`numeric`, `VARCHAR`). */
export type TableDescription = ReadonlyMap<string, string>

/** What a sync, or `check`, is about to work with. */
export type RightsNeeded = {
  readonly namespaces: readonly string[]
  /** They need not exist. */
  readonly tables: readonly TableName[]
  /** Whether final tables are made, too. */
  readonly isTypingEnabled: boolean
}

/**
 * An open connection (or a pool) to one warehouse. Everything it throws is a `DestinationError` whose
 * failure type is right: it classifies, the framework decides about retries.
 */
export interface Warehouse extends AsyncDisposable {
  /** How many `insertRaw` calls may run at the same time. */
  readonly loadConcurrency: number
  /** For warehouses that charge or limit loads by their number; absent: small batches, soon. */
  readonly batching?: Batching | undefined
  /**
   * Runs each transaction as one; stops at the first that fails, which leaves no trace of itself.
   * @param stream what the work is for, so that the server can show it to those who watch
   */
  execute(batch: SqlBatch, stream?: StreamConfig): Promise<void>
  query(statement: Sql): Promise<readonly Row[]>
  /** What a record may hold; absent where the warehouse takes every JSON object. */
  readonly recordLimits?: RecordLimits | undefined
  /** Whether what `sanitizeJson` removes or replaces is not stored as it was sent; users are told where it is in a key. */
  readonly replacesCharacters?: boolean | undefined
  /**
   * Bytes of refused records that a transaction has room for, where the text of one has a limit: of a longer record
   * the beginning is kept. Absent: as many as the framework keeps.
   */
  readonly maximumKeptBytes?: number | undefined
  /**
   * Appends the batch to a raw table, all of it or nothing, in its order. When it returns, the rows are
   * durable; when it throws, none of them is there. One exception: after a `transient_error` that hit the
   * commit, nobody knows; `hasRawId` tells. Row counts come from the database, and nothing is rejected here:
   * a batch with a record that the warehouse refuses throws `DATA_REFUSED`, with `recordIndex` where known.
   * @param alongside statements that succeed or fail together with the load
   */
  insertRaw(table: TableName, batch: RecordBatch, alongside?: SqlTransaction): Promise<Receipt>
  /**
   * Whether a raw table holds a row. Asked after an `insertRaw` whose end nobody saw, so it waits until an
   * earlier load that may still be going on in the server has ended, one way or the other.
   */
  hasRawId(table: TableName, rawId: string): Promise<boolean>
  /**
   * Keeps other syncs away from raw tables until the warehouse is disposed. Absent where nothing else can
   * write at the same time anyway. Throws `TABLE_LOCKED` where another sync has one of them for too long.
   */
  lockTables?(tables: readonly TableName[]): Promise<void>
  /**
   * Called before anything is created. Throws `PERMISSION_DENIED` with the statements that give what is
   * missing. Absent where there are no rights, or nobody to ask about them.
   */
  assertRights?(needed: RightsNeeded): Promise<void>
  /** One entry per table asked for, `undefined` where there is none. Names compare exactly. */
  describeTables(tables: readonly TableName[]): Promise<readonly (TableDescription | undefined)[]>
  /** Those of the given namespaces that exist. */
  listNamespaces(namespaces: readonly string[]): Promise<ReadonlySet<string>>
}
