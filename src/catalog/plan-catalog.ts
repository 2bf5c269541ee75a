import type { ConfiguredCatalog, ConfiguredStream } from '../protocol/parse-catalog.ts'
import { identityNaming } from './identity-naming.ts'
import { finalMetaColumns } from './meta-columns.ts'
import type { NamingRules } from './naming.ts'
import { schemaColumns } from './parse-airbyte-type.ts'
import { planColumns } from './plan-columns.ts'
import { describeCursor, findCursor, planCursor, planPrimaryKey } from './plan-keys.ts'
import { createTableAllocator } from './plan-tables.ts'
import type { PostImportAction, StreamConfig, StreamId } from './stream-config.ts'

export type PlanCatalogOptions = {
  readonly naming: NamingRules
  /** For streams without a namespace, as the configuration spells it. */
  readonly defaultNamespace: string
  /** Where all raw tables are, as the configuration spells it. */
  readonly rawNamespace: string
  /** Names that no user's column may have. Default: the bookkeeping columns of a final table. */
  readonly reservedColumns?: readonly string[]
}

export type CatalogPlan = {
  readonly streams: readonly StreamConfig[]
  /** For the log: what could not have its plain name, and what is not compared as one would expect. */
  readonly notes: readonly string[]
}

/**
 * Turns a catalog into the names and columns of one warehouse. No two streams share a table, and no two
 * fields share a column. Throws `CATALOG_INVALID`, naming the stream, where the catalog cannot be synced.
 */
export function planCatalog(catalog: ConfiguredCatalog, options: PlanCatalogOptions): CatalogPlan {
  const { naming, reservedColumns = finalMetaColumns } = options
  const allocateTables = createTableAllocator(options)
  const notes: string[] = []
  const streams = catalog.streams.map((stream, index) => {
    const { descriptor, jsonSchema } = stream
    const { id, note } = allocateTables(descriptor)
    const types = schemaColumns(jsonSchema, descriptor)
    const plan = planColumns(types, { naming, reserved: reservedColumns, stream: descriptor })
    const isDeduped = postImportActions[stream.destinationSyncMode] === 'dedupe'
    const cursorNote = isDeduped ? describeCursor(stream, plan.columns) : undefined
    notes.push(...[note, ...plan.notes, cursorNote].filter((one) => one !== undefined))
    return configureStream({ stream, index, id, columns: plan.columns })
  })
  return { streams, notes }
}

/** The same for destinations without tables: every name stays as the catalog has it, none is reserved. */
export function planPlainStreams(catalog: ConfiguredCatalog): readonly StreamConfig[] {
  return catalog.streams.map((stream, index) => {
    const types = schemaColumns(stream.jsonSchema, stream.descriptor)
    const columns = Array.from(types, ([originalName, type]) => ({
      id: { ...identityNaming.columnName(originalName), originalName },
      type,
    }))
    return configureStream({ stream, index, id: plainId(stream), columns })
  })
}

function plainId({ descriptor }: ConfiguredStream): StreamId {
  const { name, namespace = '' } = descriptor
  return {
    finalNamespace: namespace,
    finalName: name,
    rawNamespace: namespace,
    rawName: name,
    originalNamespace: namespace,
    originalName: name,
  }
}

type PlannedStream = Pick<StreamConfig, 'index' | 'id' | 'columns'> & { readonly stream: ConfiguredStream }

function configureStream({ stream, index, id, columns }: PlannedStream): StreamConfig {
  const postImportAction = postImportActions[stream.destinationSyncMode]
  const isDeduped = postImportAction === 'dedupe'
  const { generationId, minimumGenerationId } = stream
  return {
    index,
    descriptor: stream.descriptor,
    id,
    postImportAction,
    columns,
    primaryKey: isDeduped ? planPrimaryKey(stream, columns) : [],
    cursor: isDeduped ? planCursor(stream, columns) : findCursor(stream, columns),
    generationId: generationId ?? 0n,
    minimumGenerationId: minimumGenerationId ?? 0n,
    syncId: stream.syncId ?? 0n,
    hasGenerations: generationId !== undefined,
    isTruncate: isTruncate(stream),
  }
}

const postImportActions: Readonly<Record<ConfiguredStream['destinationSyncMode'], PostImportAction>> = {
  append: 'append',
  overwrite: 'append',
  append_dedup: 'dedupe',
  overwrite_dedup: 'dedupe',
}

/**
 * With generations, only they say what is replaced, whatever the sync mode; (0, 0) is a stream that was
 * never refreshed. Without them, the sync mode does.
 */
function isTruncate({ destinationSyncMode, generationId, minimumGenerationId }: ConfiguredStream): boolean {
  if (generationId !== undefined) return generationId > 0n && minimumGenerationId === generationId
  return destinationSyncMode === 'overwrite' || destinationSyncMode === 'overwrite_dedup'
}
