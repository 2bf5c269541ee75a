import fc from 'fast-check'
import { silentLogger, sql } from 'landfall/sdk'
import { describe, expect, it } from 'vitest'
import { RetryingWarehouse } from '../../src/typing/retrying-warehouse.ts'
import { batchOf } from '../support/batches.ts'
import { caught } from '../support/caught.ts'
import { type Fault, MemoryWarehouse } from '../support/memory-warehouse.ts'

const policy = { firstDelayMilliseconds: 1, maximumDelayMilliseconds: 1, totalMilliseconds: 10_000 }
const table = { namespace: 'raw', name: 'users' }

function retrying(warehouse: MemoryWarehouse): RetryingWarehouse {
  return new RetryingWarehouse(warehouse, {
    logger: silentLogger,
    signal: new AbortController().signal,
    policy,
  })
}

const threeRecords = () => batchOf([{ data: '{"id":1}' }, { data: '{"id":2}' }, { data: '{"id":3}' }])

describe('a load', () => {
  it.each<{ faults: readonly Fault[]; calls: readonly string[] }>([
    { faults: [], calls: ['insertRaw'] },
    { faults: ['before'], calls: ['insertRaw', 'hasRawId', 'insertRaw'] },
    { faults: ['after'], calls: ['insertRaw', 'hasRawId'] },
    { faults: ['before', 'after'], calls: ['insertRaw', 'hasRawId', 'insertRaw', 'hasRawId'] },
    { faults: ['late'], calls: ['insertRaw', 'hasRawId', 'insertRaw', 'hasRawId'] },
  ])('lands once when the connection breaks: $faults', async ({ faults, calls }) => {
    const warehouse = new MemoryWarehouse(faults)
    const batch = threeRecords()
    expect(await retrying(warehouse).insertRaw(table, batch)).toEqual({ rowsWritten: 3, rejected: [] })
    expect(warehouse.rawIds).toEqual([0, 1, 2].map((index) => batch.rawIds.get(index)))
    expect(warehouse.calls).toEqual(calls)
  })

  it('property: lands once, whatever happens how often', async () => {
    const faults = fc.array(fc.constantFrom<Fault>('before', 'after', 'late'), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(faults, async (script) => {
        const warehouse = new MemoryWarehouse(script)
        const batch = threeRecords()
        expect(await retrying(warehouse).insertRaw(table, batch)).toEqual({ rowsWritten: 3, rejected: [] })
        expect(warehouse.rawIds).toEqual([0, 1, 2].map((index) => batch.rawIds.get(index)))
      }),
    )
  })

  it('that is refused at once stays refused', async () => {
    const warehouse = new MemoryWarehouse([])
    const batch = threeRecords()
    await warehouse.insertRaw(table, batch)
    const error = await caught(() => retrying(warehouse).insertRaw(table, batch))
    expect(error).toMatchObject({ code: 'DATA_REFUSED' })
  })
})

describe('statements', () => {
  const [first, second] = [[sql`FIRST`], [sql`SECOND`]]

  it('are tried again from the transaction that failed, not from the start', async () => {
    const warehouse = new MemoryWarehouse(['none', 'before', 'before', 'none'])
    await retrying(warehouse).execute([first, second])
    expect(warehouse.transactions).toEqual([first, second])
  })

  it('run again where nobody knows whether they ran: typing is made for that', async () => {
    const warehouse = new MemoryWarehouse(['after'])
    await retrying(warehouse).execute([first])
    expect(warehouse.transactions).toEqual([first, first])
  })

  it('that cannot run twice end in the failure that may pass, with the other one for engineers', async () => {
    const warehouse = new MemoryWarehouse(['after'], { refusesRepetition: true })
    const error = await caught(() => retrying(warehouse).execute([first]))
    expect(error).toMatchObject({ code: 'SERVER_UNAVAILABLE', failureType: 'transient_error' })
    expect(error.detail).toContain('The table exists already.')
    expect(warehouse.transactions).toEqual([first])
    // At once: that the failure may pass is a word to the next sync, not a reason to go on trying.
    expect(warehouse.calls).toEqual(['execute', 'execute'])
  })

  it('that are refused at once are not tried again', async () => {
    const warehouse = new MemoryWarehouse([], { refusesRepetition: true })
    await warehouse.execute([first])
    const error = await caught(() => retrying(warehouse).execute([first]))
    expect(error).toMatchObject({ code: 'STATEMENT_FAILED' })
    expect(warehouse.calls).toEqual(['execute', 'execute'])
  })

  it('and questions are asked again', async () => {
    const warehouse = new MemoryWarehouse(['before', 'after'])
    expect(await retrying(warehouse).query(sql`QUESTION`)).toEqual([{ answer: 1 }])
  })
})
