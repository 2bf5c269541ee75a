import { describe, expect, it } from 'vitest'
import { StateTally } from '../../demo/state-tally.ts'

type Options = {
  readonly stream?: string
  readonly id?: number
  readonly count?: number
  readonly rows?: number
}

function sentState({ stream = 'movies', id = 1, count = 10, rows = 10 }: Options = {}): string {
  return JSON.stringify({
    type: 'STATE',
    state: {
      type: 'STREAM',
      stream: { stream_descriptor: { name: stream }, stream_state: { rows } },
      sourceStats: { recordCount: count },
      id,
    },
  })
}

function returnedState(options: Options = {}, destinationCount = options.count ?? 10): string {
  return sentState(options).replace('"id":', `"destinationStats":{"recordCount":${destinationCount}},"id":`)
}

function tally(sent: readonly string[], returned: readonly string[]) {
  const states = new StateTally()
  for (const line of sent) states.addSent(line)
  for (const line of returned) states.addReturned(line)
  return states.report()
}

describe('StateTally', () => {
  it('accepts states that come back in order with the counts of the source', () => {
    const options = [{ id: 1 }, { id: 2, rows: 20 }, { id: 3, stream: 'flights' }]
    expect(
      tally(
        options.map(sentState),
        options.map((option) => returnedState(option)),
      ),
    ).toEqual({
      sent: 3,
      returned: 3,
      mismatches: 0,
    })
  })

  it('lets the states of one stream overtake those of another', () => {
    const [movies, flights] = [{ id: 1 }, { id: 2, stream: 'flights' }]
    const report = tally(
      [sentState(movies), sentState(flights)],
      [returnedState(flights), returnedState(movies)],
    )
    expect(report.mismatches).toBe(0)
  })

  it.each([
    ['another number of records', returnedState({}, 9)],
    ['no number of records', sentState()],
    ['another content', returnedState({ rows: 11 })],
    ['another id', returnedState({ id: 2 })],
    ['another stream', returnedState({ stream: 'flights' })],
    ['something that is no stream state', '{"type":"STATE","state":{"data":{}}}'],
  ])('notices %s', (_, line) => {
    expect(tally([sentState()], [line])).toEqual({ sent: 1, returned: 1, mismatches: 1 })
  })

  it('notices states of one stream in another order', () => {
    const [first, second] = [{ id: 1 }, { id: 2, rows: 20 }]
    const report = tally([sentState(first), sentState(second)], [returnedState(second), returnedState(first)])
    expect(report.mismatches).toBe(2)
  })

  it('notices a state that comes back twice', () => {
    expect(tally([sentState()], [returnedState(), returnedState()]).mismatches).toBe(1)
  })

  it('counts what is still missing', () => {
    expect(tally([sentState(), sentState({ id: 2 })], [returnedState()])).toEqual({
      sent: 2,
      returned: 1,
      mismatches: 0,
    })
  })
})
