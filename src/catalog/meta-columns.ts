/**
 * The columns of a raw table, by what they hold. The names are Airbyte's; the order is the one of the Java
 * framework's staging files, and each warehouse's DDL decides its own.
 */
export const rawColumns = {
  /** UUID that the destination makes for each record. */
  rawId: '_airbyte_raw_id',
  /** When the source emitted the record. */
  extractedAt: '_airbyte_extracted_at',
  /** When the row was typed; null until then. */
  loadedAt: '_airbyte_loaded_at',
  /** The record as the source sent it. */
  data: '_airbyte_data',
  /** `{"changes": [...], "sync_id": n}`. */
  meta: '_airbyte_meta',
  /** The generation that the catalog named when the row was written. */
  generationId: '_airbyte_generation_id',
} as const

/** The bookkeeping columns of a final table, in order. User columns must not take these names. */
export const finalMetaColumns = [
  rawColumns.rawId,
  rawColumns.extractedAt,
  rawColumns.meta,
  rawColumns.generationId,
] as const

export type FinalMetaColumn = (typeof finalMetaColumns)[number]
