import { describe, expect, it } from 'vitest'
import type { FinalTableFacts, RawTableFacts, StreamFacts } from '../../src/typing/plan-stream.ts'
import { planFinish, planStream } from '../../src/typing/plan-stream.ts'
import { streamConfig } from '../support/stream-config.ts'

const columns: ReadonlyMap<string, string> = new Map([['id', 'int8']])
const emptyRaw: RawTableFacts = {
  isEmpty: true,
  hasUnprocessed: false,
  hasOtherGeneration: false,
}
const typedRaw: RawTableFacts = {
  isEmpty: false,
  hasUnprocessed: false,
  hasOtherGeneration: false,
}
const waitingRaw: RawTableFacts = {
  isEmpty: false,
  hasUnprocessed: true,
  hasOtherGeneration: false,
}
const olderRaw: RawTableFacts = {
  isEmpty: false,
  hasUnprocessed: false,
  hasOtherGeneration: true,
}
const emptyFinal: FinalTableFacts = {
  isEmpty: true,
  hasOtherGeneration: false,
  hasExpectedColumns: true,
  isDeduplicated: true,
  isMarked: true,
  columns,
}
const filledFinal: FinalTableFacts = {
  isEmpty: false,
  hasOtherGeneration: false,
  hasExpectedColumns: true,
  isDeduplicated: true,
  isMarked: true,
  columns,
}
const olderFinal: FinalTableFacts = {
  isEmpty: false,
  hasOtherGeneration: true,
  hasExpectedColumns: true,
  isDeduplicated: true,
  isMarked: true,
  columns,
}
const changedFinal: FinalTableFacts = {
  isEmpty: false,
  hasOtherGeneration: false,
  hasExpectedColumns: false,
  isDeduplicated: true,
  isMarked: true,
  columns,
}

const otherKeyFinal: FinalTableFacts = { ...filledFinal, isDeduplicated: false, isMarked: false }

const normal = streamConfig({ generationId: 3n })
const truncate = streamConfig({ generationId: 3n, minimumGenerationId: 3n, isTruncate: true })
const overwriteWithoutIds = streamConfig({ isTruncate: true, hasGenerations: false })

describe('planStream, normal sync', () => {
  it.each<{ when: string; facts: StreamFacts; prepare: string[]; hasUnprocessed: boolean; final: string }>([
    {
      when: 'nothing is there',
      facts: {},
      prepare: ['create_raw', 'rehearse_final'],
      hasUnprocessed: false,
      final: 'new',
    },
    {
      when: 'both are there',
      facts: { raw: typedRaw, final: filledFinal },
      prepare: [],
      hasUnprocessed: false,
      final: 'populated',
    },
    {
      when: 'only a raw table is there, with rows that may have been typed',
      facts: { raw: typedRaw },
      prepare: ['create_final'],
      hasUnprocessed: false,
      final: 'rebuild',
    },
    {
      when: 'only a raw table is there, and has no rows',
      facts: { raw: { ...typedRaw, isEmpty: true } },
      prepare: ['create_final'],
      hasUnprocessed: false,
      final: 'empty',
    },
    {
      when: 'rows wait from an earlier failure',
      facts: { raw: waitingRaw, final: emptyFinal },
      prepare: [],
      hasUnprocessed: true,
      final: 'empty',
    },
    {
      when: 'an interrupted truncate left rows',
      facts: { raw: typedRaw, temporaryRaw: typedRaw, final: filledFinal },
      prepare: ['absorb_temporary_raw'],
      hasUnprocessed: true,
      final: 'populated',
    },
    {
      when: 'an interrupted truncate left rows and no raw table',
      facts: { temporaryRaw: typedRaw },
      prepare: ['create_raw', 'absorb_temporary_raw', 'rehearse_final'],
      hasUnprocessed: true,
      final: 'new',
    },
    {
      when: 'the columns have changed',
      facts: { raw: typedRaw, final: changedFinal },
      prepare: [],
      hasUnprocessed: false,
      final: 'rebuild',
    },
    {
      when: 'the final table does not say what its rows are unique by',
      facts: { raw: typedRaw, final: { ...filledFinal, isMarked: false } },
      prepare: ['mark_final'],
      hasUnprocessed: false,
      final: 'populated',
    },
    {
      when: 'rows are to be unique by another key than before',
      facts: { raw: typedRaw, final: otherKeyFinal },
      prepare: [],
      hasUnprocessed: false,
      final: 'rebuild',
    },
    {
      when: 'only a raw table of the first generation is there',
      facts: { hasFirstRaw: true },
      prepare: ['create_raw', 'import_first_raw', 'rehearse_final'],
      hasUnprocessed: true,
      final: 'new',
    },
    {
      when: 'a sync broke off between its raw table and the rows of the first generation',
      facts: { raw: emptyRaw, hasFirstRaw: true },
      prepare: ['import_first_raw', 'create_final'],
      hasUnprocessed: true,
      final: 'empty',
    },
    {
      when: 'the rows of the first generation were taken over, and a full refresh has removed them',
      facts: { raw: emptyRaw, final: emptyFinal, hasFirstRaw: true },
      prepare: [],
      hasUnprocessed: false,
      final: 'empty',
    },
    {
      when: 'the rows of the first generation were taken over',
      facts: { raw: typedRaw, final: filledFinal, hasFirstRaw: true },
      prepare: [],
      hasUnprocessed: false,
      final: 'populated',
    },
    {
      when: 'rows of other generations are there',
      facts: { raw: olderRaw, final: olderFinal },
      prepare: [],
      hasUnprocessed: false,
      final: 'populated',
    },
    {
      when: 'nothing is there, and deletions are looked up',
      facts: { lacksDeletionIndex: true },
      prepare: ['create_raw', 'index_deletions', 'rehearse_final'],
      hasUnprocessed: false,
      final: 'new',
    },
    {
      when: 'earlier deletions cannot be found quickly',
      facts: { raw: typedRaw, final: filledFinal, lacksDeletionIndex: true },
      prepare: ['index_deletions'],
      hasUnprocessed: false,
      final: 'populated',
    },
  ])('$when', ({ when: _when, facts, ...plan }) => {
    expect(planStream(normal, facts, true, true)).toEqual({
      rawSuffix: '',
      finalColumns: facts.final?.columns,
      ...plan,
    })
  })
})

it('makes a table before the load where the warehouse is not to make it with its rows', () => {
  expect(planStream(normal, {}, true)).toMatchObject({
    prepare: ['create_raw', 'create_final'],
    final: 'empty',
  })
})

describe('planStream, truncate sync', () => {
  it.each<{
    when: string
    facts: StreamFacts
    prepare: string[]
    rawSuffix: string
    hasUnprocessed: boolean
    final: string
  }>([
    {
      when: 'nothing is there',
      facts: {},
      prepare: ['create_raw', 'rehearse_final'],
      rawSuffix: '',
      hasUnprocessed: false,
      final: 'new',
    },
    {
      when: 'older rows are there',
      facts: { raw: olderRaw, final: olderFinal },
      prepare: ['create_temporary_raw'],
      rawSuffix: '_airbyte_tmp',
      hasUnprocessed: false,
      final: 'rebuild',
    },
    {
      when: 'an attempt of this generation was interrupted',
      facts: { raw: olderRaw, temporaryRaw: waitingRaw, final: olderFinal },
      prepare: [],
      rawSuffix: '_airbyte_tmp',
      hasUnprocessed: true,
      final: 'rebuild',
    },
    {
      when: 'the temporary table is empty',
      facts: { raw: olderRaw, temporaryRaw: emptyRaw, final: olderFinal },
      prepare: [],
      rawSuffix: '_airbyte_tmp',
      hasUnprocessed: false,
      final: 'rebuild',
    },
    {
      when: 'the temporary table is of an older generation',
      facts: { raw: olderRaw, temporaryRaw: olderRaw, final: olderFinal },
      prepare: ['empty_temporary_raw'],
      rawSuffix: '_airbyte_tmp',
      hasUnprocessed: false,
      final: 'rebuild',
    },
    {
      when: 'an attempt died between the two swaps',
      facts: { raw: waitingRaw, final: olderFinal },
      prepare: [],
      rawSuffix: '',
      hasUnprocessed: true,
      final: 'rebuild',
    },
    {
      when: 'an attempt died after both',
      facts: { raw: typedRaw, final: filledFinal },
      prepare: [],
      rawSuffix: '',
      hasUnprocessed: false,
      final: 'populated',
    },
    {
      when: 'earlier deletions cannot be found quickly, and the raw table stays',
      facts: { raw: typedRaw, final: filledFinal, lacksDeletionIndex: true },
      prepare: ['index_deletions'],
      rawSuffix: '',
      hasUnprocessed: false,
      final: 'populated',
    },
    {
      when: 'earlier deletions cannot be found quickly, and the raw table will be replaced',
      facts: { raw: olderRaw, final: olderFinal, lacksDeletionIndex: true },
      prepare: ['create_temporary_raw'],
      rawSuffix: '_airbyte_tmp',
      hasUnprocessed: false,
      final: 'rebuild',
    },
    {
      when: 'the final table is gone',
      facts: { raw: olderRaw },
      prepare: ['create_temporary_raw', 'rehearse_final'],
      rawSuffix: '_airbyte_tmp',
      hasUnprocessed: false,
      final: 'new',
    },
    {
      when: 'the final table is empty',
      facts: { raw: olderRaw, final: emptyFinal },
      prepare: ['create_temporary_raw'],
      rawSuffix: '_airbyte_tmp',
      hasUnprocessed: false,
      final: 'empty',
    },
    {
      when: 'the columns have changed',
      facts: { raw: olderRaw, final: changedFinal },
      prepare: ['create_temporary_raw'],
      rawSuffix: '_airbyte_tmp',
      hasUnprocessed: false,
      final: 'rebuild',
    },
  ])('$when', ({ when: _when, facts, ...plan }) => {
    expect(planStream(truncate, facts, true, true)).toEqual({ finalColumns: facts.final?.columns, ...plan })
  })

  it('without generation ids, trusts no rows that it finds', () => {
    const plan = planStream(
      overwriteWithoutIds,
      { raw: typedRaw, temporaryRaw: waitingRaw, final: filledFinal },
      true,
    )
    expect(plan).toMatchObject({
      prepare: ['empty_temporary_raw'],
      rawSuffix: '_airbyte_tmp',
      hasUnprocessed: false,
      final: 'rebuild',
    })
  })
})

it('planStream without typing leaves final tables alone', () => {
  expect(planStream(normal, { lacksDeletionIndex: true }, false)).toMatchObject({
    prepare: ['create_raw'],
    final: 'none',
  })
})

describe('planFinish', () => {
  const plan = {
    prepare: [],
    rawSuffix: '',
    hasUnprocessed: false,
    final: 'populated',
    finalColumns: columns,
  } as const
  const temporary = { ...plan, rawSuffix: '_airbyte_tmp', final: 'rebuild' } as const
  it.each([
    {
      when: 'normal, rows came',
      stream: normal,
      plan,
      recordsWritten: 1,
      isSuccessful: true,
      steps: ['update_populated_final'],
    },
    {
      when: 'normal, rows came, the source broke off',
      stream: normal,
      plan,
      recordsWritten: 1,
      isSuccessful: false,
      steps: ['update_populated_final'],
    },
    { when: 'normal, nothing came', stream: normal, plan, recordsWritten: 0, isSuccessful: true, steps: [] },
    {
      when: 'normal, nothing came but rows wait',
      stream: normal,
      plan: { ...plan, hasUnprocessed: true },
      recordsWritten: 0,
      isSuccessful: true,
      steps: ['update_populated_final'],
    },
    {
      when: 'normal, nothing came but the columns changed',
      stream: normal,
      plan: { ...plan, final: 'rebuild' } as const,
      recordsWritten: 0,
      isSuccessful: true,
      steps: ['rebuild_final'],
    },
    {
      when: 'raw tables only',
      stream: normal,
      plan: { ...plan, final: 'none' } as const,
      recordsWritten: 1,
      isSuccessful: true,
      steps: [],
    },
    {
      when: 'truncate, rows came',
      stream: truncate,
      plan: temporary,
      recordsWritten: 1,
      isSuccessful: true,
      steps: ['replace_raw', 'rebuild_final'],
    },
    {
      when: 'truncate, nothing came: the table is emptied',
      stream: truncate,
      plan: temporary,
      recordsWritten: 0,
      isSuccessful: true,
      steps: ['replace_raw', 'rebuild_final'],
    },
    {
      when: 'truncate, the source broke off',
      stream: truncate,
      plan: temporary,
      recordsWritten: 1,
      isSuccessful: false,
      steps: [],
    },
    {
      when: 'truncate, raw tables only',
      stream: truncate,
      plan: { ...temporary, final: 'none' } as const,
      recordsWritten: 1,
      isSuccessful: true,
      steps: ['replace_raw'],
    },
    {
      when: 'truncate into an empty final table',
      stream: truncate,
      plan: { ...temporary, final: 'empty' } as const,
      recordsWritten: 1,
      isSuccessful: true,
      steps: ['replace_raw', 'update_empty_final'],
    },
    {
      when: 'with rows for a table that is not there',
      stream: normal,
      plan: { ...plan, final: 'new' } as const,
      recordsWritten: 1,
      isSuccessful: true,
      steps: ['create_filled_final'],
    },
    {
      when: 'without rows for a table that is not there',
      stream: normal,
      plan: { ...plan, final: 'new' } as const,
      recordsWritten: 0,
      isSuccessful: true,
      steps: ['create_final'],
    },
    {
      when: 'truncate, for a table that is not there',
      stream: truncate,
      plan: { ...temporary, final: 'new' } as const,
      recordsWritten: 1,
      isSuccessful: true,
      steps: ['replace_raw', 'create_filled_final'],
    },
    {
      when: 'a failed truncate, for a table that is not there',
      stream: truncate,
      plan: { ...temporary, final: 'new' } as const,
      recordsWritten: 1,
      isSuccessful: false,
      steps: ['create_final'],
    },
  ])('$when', ({ stream, plan: streamPlan, recordsWritten, isSuccessful, steps }) => {
    const summary = { stream, recordsWritten, isSuccessful, status: 'NONE' } as const
    expect(planFinish(streamPlan, summary)).toEqual(steps)
  })
})
