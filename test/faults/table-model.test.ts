import { describe, expect, it } from 'vitest'
import { type FaultStream, recordAt } from './fault-stream.ts'
import { type FinalRow, TableModel } from './table-model.ts'

const plain: FaultStream = {
  name: 'events',
  namespace: 'n',
  isDeduped: false,
  hasCursor: false,
  hasDeletes: false,
  isFullRefresh: false,
  seed: 1,
}
const deduped: FaultStream = { ...plain, isDeduped: true, hasCursor: true, hasDeletes: true }

function rowAt(stream: FaultStream, position: number, generation = 1): FinalRow {
  const { id, version, text, amount, isAmountRefused } = recordAt(stream, position)
  return {
    position: String(position),
    id: String(id),
    version: String(version),
    text,
    amount: isAmountRefused ? 'null' : amount,
    generation: String(generation),
    changes: isAmountRefused ? '[{"field": "amount", "change": "NULLED"}]' : '[]',
  }
}

function modelOf(stream: FaultStream, sent: readonly number[], acknowledged: number): TableModel {
  const model = new TableModel(stream)
  for (const position of sent) model.send(1, position)
  model.acknowledge(1, acknowledged)
  return model
}

/** The rows of a deduplicated table with everything up to `end`, found in another way than the model's. */
function dedupedRows(end: number): readonly FinalRow[] {
  const records = Array.from({ length: end }, (_, index) => recordAt(deduped, index + 1))
  const ids = [...new Set(records.map(({ id }) => id))]
  const winners = ids.map((id) =>
    records
      .filter((record) => record.id === id)
      .toSorted((left, right) => right.version - left.version || right.position - left.position)
      .at(0),
  )
  return winners.flatMap((winner) =>
    winner === undefined || winner.deletedAt !== undefined ? [] : [rowAt(deduped, winner.position)],
  )
}

describe('the model of any table', () => {
  const positions = Array.from({ length: 5000 }, (_, index) => index + 1)
  const refused = positions.find((position) => recordAt(plain, position).isAmountRefused) ?? 0

  it.each([
    { case: 'is NULL and explained', row: {}, problems: 0 },
    { case: 'is there as a number', row: { amount: '1' }, problems: 1 },
    { case: 'is NULL without a word', row: { changes: '[]' }, problems: 1 },
  ])('takes a refused amount that $case for $problems faults', ({ row, problems }) => {
    const model = modelOf(plain, [refused], refused)
    expect(model.compare([{ ...rowAt(plain, refused), ...row }], 1)).toHaveLength(problems)
  })
})

describe('the model of an append table', () => {
  it.each([
    { case: 'each record once', sent: [1, 2, 3], acknowledged: 3, rows: [1, 2, 3], problems: 0 },
    {
      case: 'a record that was sent twice, twice',
      sent: [1, 2, 2],
      acknowledged: 2,
      rows: [1, 2, 2],
      problems: 0,
    },
    {
      case: 'a record that no state covers, missing',
      sent: [1, 2, 3],
      acknowledged: 2,
      rows: [1, 2],
      problems: 0,
    },
    { case: 'an acknowledged record missing', sent: [1, 2, 3], acknowledged: 3, rows: [1, 3], problems: 1 },
    {
      case: 'a record more often than it was sent',
      sent: [1, 2],
      acknowledged: 2,
      rows: [1, 2, 2],
      problems: 1,
    },
    { case: 'a record that was never sent', sent: [1], acknowledged: 1, rows: [1, 5], problems: 1 },
  ])('with $case has $problems problems', ({ sent, acknowledged, rows, problems }) => {
    const model = modelOf(plain, sent, acknowledged)
    expect(
      model.compare(
        rows.map((position) => rowAt(plain, position)),
        1,
      ),
    ).toHaveLength(problems)
  })

  it('wants nothing of older generations after a refresh', () => {
    const model = modelOf(plain, [1, 2], 2)
    model.send(2, 1)
    model.acknowledge(2, 1)
    model.keepOnly(2)
    expect(model.compare([rowAt(plain, 1, 2)], 2)).toEqual([])
    expect(model.compare([rowAt(plain, 1, 2), rowAt(plain, 1, 1)], 2)).toHaveLength(1)
  })

  it('takes an old generation whole or not at all after a refresh that was given up', () => {
    const model = modelOf(plain, [1, 2], 2)
    model.abandon(2)
    expect(model.compare([], 2)).toEqual([])
    expect(model.compare([rowAt(plain, 1), rowAt(plain, 2)], 2)).toEqual([])
    expect(model.compare([rowAt(plain, 1)], 2)).toHaveLength(1)
  })

  it('sees a value that is not the one of its record', () => {
    const model = modelOf(plain, [1], 1)
    expect(model.compare([{ ...rowAt(plain, 1), text: 'other' }], 1)).toHaveLength(1)
  })
})

describe('the model of a deduplicated table', () => {
  const rows = dedupedRows(500)
  const model = modelOf(deduped, [], 500)

  it('wants the newest record of each key, unless it says that the row is deleted', () => {
    expect(rows.length).toBeGreaterThan(50)
    expect(rows.length).toBeLessThan(97)
    expect(model.compare(rows, 1)).toEqual([])
    expect(model.countWhole(500)).toBe(rows.length)
  })

  it('sees a missing key, a key that is there twice, and an old version', () => {
    const [first, ...others] = rows
    if (first === undefined) throw new Error('The case has no rows.')
    expect(model.compare(others, 1)).toHaveLength(1)
    expect(model.compare([...rows, first], 1)).toHaveLength(1)
    const old = Array.from({ length: 499 }, (_, index) => rowAt(deduped, index + 1)).find(
      (row) => row.id === first.id && row.position !== first.position,
    )
    if (old === undefined) throw new Error('The case has no older version.')
    expect(model.compare([old, ...others], 1)).toHaveLength(1)
  })
})
