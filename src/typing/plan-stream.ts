import type { StreamConfig } from '../catalog/stream-config.ts'
import type { StreamSummary } from '../destination/destination.ts'
import type { ColumnTypes, RawTableSuffix, TargetContents } from '../sql/sql-generator.ts'

/** What the warehouse says of a raw table that exists. */
export type RawTableFacts = {
  readonly isEmpty: boolean
  readonly hasUnprocessed: boolean
  readonly hasOtherGeneration: boolean
}

/** What the warehouse says of a final table that exists. */
export type FinalTableFacts = {
  /** The columns that it has now. */
  readonly columns: ColumnTypes
  readonly isEmpty: boolean
  readonly hasOtherGeneration: boolean
  /** Whether it was made for the stream's primary key; true where rows are only appended. */
  readonly isDeduplicated: boolean
  /** Whether it says of itself what its rows are unique by. */
  readonly isMarked: boolean
  /** Whether its columns are the ones that the catalog asks for, by name and type; order does not count. */
  readonly hasExpectedColumns: boolean
}

/** The state of a stream's tables at the start of a sync; a table that does not exist is absent. */
export type StreamFacts = {
  readonly raw?: RawTableFacts | undefined
  readonly temporaryRaw?: RawTableFacts | undefined
  readonly final?: FinalTableFacts | undefined
  /** Whether there is a raw table of the first generation. */
  readonly hasFirstRaw?: boolean
  /** Whether earlier deletions of a key cannot be found yet without reading the whole raw table. */
  readonly lacksDeletionIndex?: boolean
}

export type PrepareStep =
  | 'create_raw'
  | 'import_first_raw'
  | 'index_deletions'
  | 'create_temporary_raw'
  | 'empty_temporary_raw'
  | 'absorb_temporary_raw'
  | 'create_final'
  | 'rehearse_final'
  | 'mark_final'

export type FinishStep =
  | 'replace_raw'
  | 'create_final'
  | 'create_filled_final'
  | 'update_empty_final'
  | 'update_populated_final'
  | 'rebuild_final'

export type StreamPlan = {
  readonly prepare: readonly PrepareStep[]
  /** Which raw table the sync writes to. */
  readonly rawSuffix: RawTableSuffix
  /** Whether the raw table holds rows of an earlier attempt or sync that were never typed. */
  readonly hasUnprocessed: boolean
  /** How rows come into the final table, once there are any. */
  readonly final: TargetContents | 'rebuild' | 'none'
  /** The final table's columns before the sync; absent where there is no table yet. */
  readonly finalColumns: ColumnTypes | undefined
}

/**
 * Decides what a stream needs before its first record.
 * @param isTypingEnabled false for raw tables only
 * @param makesTablesWithRows as the generator says it
 */
export function planStream(
  stream: StreamConfig,
  facts: StreamFacts,
  isTypingEnabled: boolean,
  makesTablesWithRows = false,
): StreamPlan {
  const raw = stream.isTruncate ? planTruncate(stream, facts) : planNormal(facts, isTypingEnabled)
  const final = isTypingEnabled ? planFinal(stream, facts, raw, makesTablesWithRows) : 'none'
  return {
    ...raw,
    prepare: [...raw.prepare, ...prepareDeletions(raw, facts, final), ...prepareFinal(final, facts.final)],
    final,
    finalColumns: facts.final?.columns,
  }
}

/** Who replaces the raw table makes the index of the new one. */
function prepareDeletions(
  { rawSuffix }: RawPlan,
  { lacksDeletionIndex = false }: StreamFacts,
  final: StreamPlan['final'],
): readonly PrepareStep[] {
  return lacksDeletionIndex && rawSuffix === '' && final !== 'none' ? ['index_deletions'] : []
}

/**
 * A table that is made with its rows is not there before, but what the warehouse has against it is heard now. One that is filled anew is marked then; until that it keeps
 * the mark of its old rows.
 */
function prepareFinal(plan: StreamPlan['final'], final: FinalTableFacts | undefined): readonly PrepareStep[] {
  if (plan === 'none') return []
  if (plan === 'new') return ['rehearse_final']
  if (final === undefined) return ['create_final']
  return plan === 'rebuild' || final.isMarked ? [] : ['mark_final']
}

type RawPlan = Pick<StreamPlan, 'prepare' | 'rawSuffix' | 'hasUnprocessed'>

/**
 * Rows of the first generation come into a raw table that is new, or that was made by a sync which broke off before it could
 * take them: then it is empty, and no final table was made or marked after it.
 */
function isFirstRawNeeded(
  { raw, final, hasFirstRaw = false }: StreamFacts,
  isTypingEnabled: boolean,
): boolean {
  const wasInterrupted = isTypingEnabled && raw?.isEmpty === true && final?.isMarked !== true
  return hasFirstRaw && (raw === undefined || wasInterrupted)
}

/** Rows of an interrupted truncate were acknowledged: a later sync that keeps old rows takes them in. */
function planNormal(facts: StreamFacts, isTypingEnabled: boolean): RawPlan {
  const { raw, temporaryRaw } = facts
  const hasFirstRaw = isFirstRawNeeded(facts, isTypingEnabled)
  return {
    prepare: [
      ...(raw === undefined ? ['create_raw' as const] : []),
      ...(hasFirstRaw ? ['import_first_raw' as const] : []),
      ...(temporaryRaw === undefined ? [] : ['absorb_temporary_raw' as const]),
    ],
    rawSuffix: '',
    hasUnprocessed: raw?.hasUnprocessed === true || temporaryRaw?.isEmpty === false || hasFirstRaw,
  }
}

/**
 * Old rows stay untouched until the sync has succeeded, so new ones go to the temporary raw table, unless
 * the real one is new or already belongs to this generation (an attempt that died after its swap).
 * Without generation ids nothing tells whose rows a table holds; then only an empty one can be used.
 */
function planTruncate(stream: StreamConfig, { raw, temporaryRaw }: StreamFacts): RawPlan {
  const isOurs = (table: RawTableFacts) =>
    table.isEmpty || (stream.hasGenerations && !table.hasOtherGeneration)
  if (temporaryRaw !== undefined) {
    const isResumed = isOurs(temporaryRaw)
    return {
      prepare: isResumed ? [] : ['empty_temporary_raw'],
      rawSuffix: '_airbyte_tmp',
      hasUnprocessed: isResumed && !temporaryRaw.isEmpty,
    }
  }
  if (raw === undefined) return { prepare: ['create_raw'], rawSuffix: '', hasUnprocessed: false }
  if (isOurs(raw)) return { prepare: [], rawSuffix: '', hasUnprocessed: raw.hasUnprocessed }
  return { prepare: ['create_temporary_raw'], rawSuffix: '_airbyte_tmp', hasUnprocessed: false }
}

/**
 * Of the rows in a raw table that the sync has made, or that replaces the real one, none was typed before. Where the
 * final table of another one is gone, some may have been, so it gets all of them, not only the new ones.
 */
function planFinal(
  stream: StreamConfig,
  { raw, final }: StreamFacts,
  { rawSuffix }: RawPlan,
  makesTablesWithRows: boolean,
): TargetContents | 'rebuild' {
  if (final === undefined) {
    if (raw === undefined || rawSuffix !== '') return makesTablesWithRows ? 'new' : 'empty'
    return raw.isEmpty ? 'empty' : 'rebuild'
  }
  if (!final.hasExpectedColumns || !final.isDeduplicated) return 'rebuild'
  if (final.isEmpty) return 'empty'
  const keepsRows = !stream.isTruncate || (stream.hasGenerations && !final.hasOtherGeneration)
  return keepsRows ? 'populated' : 'rebuild'
}

/**
 * Decides what a stream needs after its last record. A truncate sync that did not succeed leaves
 * everything as it is: the old rows for readers, the new ones for the next attempt. A normal sync types
 * what it has, whole or not. Whatever happens, readers find a table.
 */
export function planFinish(
  plan: StreamPlan,
  { stream, isSuccessful, recordsWritten }: StreamSummary,
): readonly FinishStep[] {
  const create: readonly FinishStep[] = plan.final === 'new' ? ['create_final'] : []
  if (stream.isTruncate && !isSuccessful) return create
  const replaceRaw: readonly FinishStep[] = plan.rawSuffix === '' ? [] : ['replace_raw']
  if (plan.final === 'none') return replaceRaw
  if (plan.final === 'rebuild') return [...replaceRaw, 'rebuild_final']
  if (recordsWritten === 0 && !plan.hasUnprocessed) return [...replaceRaw, ...create]
  return [...replaceRaw, updateSteps[plan.final]]
}

/** How new rows get into a final table that stays. */
export const updateSteps = {
  new: 'create_filled_final',
  empty: 'update_empty_final',
  populated: 'update_populated_final',
} as const satisfies Record<TargetContents, FinishStep>
