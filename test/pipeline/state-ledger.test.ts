import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BatchTicket, MixedStatesError, StateLedger } from '../../src/pipeline/state-ledger.ts'

describe('StateLedger', () => {
  it('holds a state until the records before it are written, and counts them', () => {
    const ledger = new StateLedger<string>(1)
    ledger.countRecord(0)
    ledger.countRecord(0)
    expect(ledger.addState('STREAM', 0, 'a')).toEqual([])
    const ticket = ledger.takeTicket(0)
    expect(ledger.markWritten(0, ticket)).toEqual([{ state: 'a', written: 2, rejected: 0 }])
    expect(ledger.pendingStates).toBe(0)
  })

  it('releases a state without records at once, but never before an earlier one', () => {
    const ledger = new StateLedger<string>(2)
    expect(ledger.addState('STREAM', 1, 'other stream')).toHaveLength(1)
    ledger.countRecord(0)
    expect(ledger.addState('STREAM', 0, 'first')).toEqual([])
    expect(ledger.addState('STREAM', 0, 'second')).toEqual([])
    const states = ledger.markWritten(0, ledger.takeTicket(0)).map(({ state, written }) => [state, written])
    expect(states).toEqual([
      ['first', 1],
      ['second', 0],
    ])
  })

  it('waits for all batches of a stream, in whatever order they end', () => {
    const ledger = new StateLedger<string>(1)
    ledger.countRecord(0)
    const early = ledger.takeTicket(0)
    ledger.countRecord(0)
    const late = ledger.takeTicket(0)
    ledger.addState('STREAM', 0, 'a')
    expect(ledger.markWritten(0, late)).toEqual([])
    expect(ledger.markWritten(0, early)).toEqual([{ state: 'a', written: 2, rejected: 0 }])
  })

  it.each(['GLOBAL', 'LEGACY'] as const)(
    'a %s state waits for all streams, also for records from before the first',
    (kind) => {
      const ledger = new StateLedger<string>(2)
      ledger.countRecord(0)
      const beforeState = ledger.takeTicket(0)
      ledger.countRecord(1)
      expect(ledger.addState(kind, undefined, 'a')).toEqual([])
      expect(ledger.markWritten(1, ledger.takeTicket(1))).toEqual([])
      expect(ledger.markWritten(0, beforeState)).toEqual([{ state: 'a', written: 2, rejected: 0 }])
    },
  )

  it('echoes a STREAM state of a stream that the catalog lacks', () => {
    const ledger = new StateLedger<string>(1)
    ledger.countRecord(0)
    expect(ledger.addState('STREAM', undefined, 'stranger')).toEqual([
      { state: 'stranger', written: 0, rejected: 0 },
    ])
  })

  it.each([
    { rejected: [], counts: ['a 1+0', 'b 2+0', 'c 1+0'] },
    { rejected: [0], counts: ['a 0+1', 'b 2+0', 'c 1+0'] },
    { rejected: [1], counts: ['a 1+0', 'b 1+1', 'c 1+0'] },
    { rejected: [2], counts: ['a 1+0', 'b 1+1', 'c 1+0'] },
    { rejected: [3], counts: ['a 1+0', 'b 2+0', 'c 0+1'] },
    { rejected: [3, 0, 2, 1], counts: ['a 0+1', 'b 0+2', 'c 0+1'] },
  ])('counts the refused records $rejected for the states that follow them', ({ rejected, counts }) => {
    const ledger = new StateLedger<string>(1)
    for (const [state, records] of Object.entries({ a: 1, b: 2, c: 1 })) {
      for (let record = 0; record < records; record += 1) ledger.countRecord(0)
      ledger.addState('STREAM', 0, state)
    }
    const released = ledger.markWritten(0, ledger.takeTicket(0), rejected)
    expect(released.map(({ state, written, rejected: refused }) => `${state} ${written}+${refused}`)).toEqual(
      counts,
    )
  })

  it('refuses a second kind of state', () => {
    const ledger = new StateLedger<string>(1)
    ledger.addState('STREAM', 0, 'a')
    expect(() => ledger.addState('GLOBAL', undefined, 'b')).toThrow(MixedStatesError)
  })

  it('keeps the states of held streams until they are let go, in order', () => {
    const ledger = new StateLedger<string>(2, new Set([0]))
    ledger.countRecord(0)
    ledger.addState('STREAM', 0, 'held 1')
    ledger.addState('STREAM', 0, 'held 2')
    expect(ledger.addState('STREAM', 1, 'free')).toHaveLength(1)
    expect(ledger.markWritten(0, ledger.takeTicket(0))).toEqual([])
    expect(ledger.heldStates).toBe(2)
    expect(ledger.releaseHeld(new Set([0, 1])).map(({ state }) => state)).toEqual(['held 1', 'held 2'])
    expect(ledger.heldStates).toBe(0)
  })

  it('keeps the states of held streams that were not finished', () => {
    const ledger = new StateLedger<string>(3, new Set([0, 1]))
    ledger.addState('STREAM', 0, 'not finished')
    ledger.addState('STREAM', 1, 'finished')
    expect(ledger.releaseHeld(new Set([1, 2])).map(({ state }) => state)).toEqual(['finished'])
    expect([ledger.pendingStates, ledger.heldStates]).toEqual([1, 1])
  })

  it.each(['GLOBAL', 'LEGACY'] as const)(
    'keeps all %s states where one held stream was not finished',
    (kind) => {
      const ledger = new StateLedger<string>(3, new Set([0, 1]))
      ledger.addState(kind, undefined, 'a')
      expect(ledger.releaseHeld(new Set([1, 2]))).toEqual([])
      expect([ledger.pendingStates, ledger.heldStates]).toEqual([1, 1])
      expect(ledger.releaseHeld(new Set([0, 1])).map(({ state }) => state)).toEqual(['a'])
    },
  )

  it('property: states leave once, in order, with true counts, and never ahead of their records', () => {
    const event = fc.oneof(
      { weight: 5, arbitrary: fc.record({ kind: fc.constant('record' as const), stream: fc.nat(2) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('state' as const), stream: fc.nat(2) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('take' as const), stream: fc.nat(2) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('written' as const), stream: fc.nat(100) }) },
    )
    fc.assert(
      fc.property(fc.array(event, { maxLength: 80 }), fc.boolean(), (events, isGlobal) => {
        runModel(events, isGlobal)
      }),
      { numRuns: 500 },
    )
  })
})

type Event = { readonly kind: 'record' | 'state' | 'take' | 'written'; readonly stream: number }
/** Every fifth record of the model is refused. */
const isRefused = (record: number) => record % 5 === 0
type ModelState = { readonly id: number; readonly needs: ReadonlySet<number>; readonly scope: string }

/** Follows every record by its number; a state needs all records of its scope since the previous state. */
function runModel(events: readonly Event[], isGlobal: boolean): void {
  const ledger = new StateLedger<ModelState>(3)
  const durable = new Set<number>()
  const unsent: number[][] = [[], [], []]
  const inFlight: { stream: number; records: number[]; ticket: BatchTicket<unknown> }[] = []
  const sinceState = new Map<string, Set<number>>()
  const sent: ModelState[] = []
  const released: ModelState[] = []
  let records = 0
  const scopeOf = (stream: number) => (isGlobal ? 'all' : String(stream))
  const check = (states: ReturnType<typeof ledger.releaseHeld>) => {
    for (const { state, written, rejected } of states) {
      const refused = [...state.needs].filter(isRefused)
      expect([...state.needs].every((record) => durable.has(record))).toBe(true)
      expect({ written, rejected }).toEqual({
        written: state.needs.size - refused.length,
        rejected: refused.length,
      })
      released.push(state)
    }
  }
  const finishBatch = (index: number) => {
    const [batch] = inFlight.splice(index, 1)
    if (batch === undefined) return
    for (const record of batch.records) durable.add(record)
    const rejected = batch.records.flatMap((record, position) => (isRefused(record) ? [position] : []))
    check(ledger.markWritten(batch.stream, batch.ticket as BatchTicket<ModelState>, rejected))
  }
  const take = (stream: number) => {
    inFlight.push({ stream, records: unsent[stream] ?? [], ticket: ledger.takeTicket(stream) })
    unsent[stream] = []
  }
  for (const { kind, stream } of events) {
    const scope = scopeOf(stream)
    if (kind === 'record') {
      records += 1
      unsent[stream]?.push(records)
      sinceState.set(scope, (sinceState.get(scope) ?? new Set()).add(records))
      ledger.countRecord(stream)
    } else if (kind === 'state') {
      const state = { id: sent.length, needs: sinceState.get(scope) ?? new Set<number>(), scope }
      sinceState.delete(scope)
      sent.push(state)
      check(ledger.addState(isGlobal ? 'GLOBAL' : 'STREAM', isGlobal ? undefined : stream, state))
    } else if (kind === 'take') take(stream)
    else if (inFlight.length > 0) finishBatch(stream % inFlight.length)
  }
  for (const stream of [0, 1, 2]) take(stream)
  while (inFlight.length > 0) finishBatch(inFlight.length - 1)
  for (const scope of new Set(sent.map((state) => state.scope))) {
    const inScope = (states: ModelState[]) =>
      states.filter((state) => state.scope === scope).map(({ id }) => id)
    expect(inScope(released)).toEqual(inScope(sent))
  }
  expect(ledger.pendingStates).toBe(0)
}
