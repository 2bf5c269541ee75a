import { type CaseSync, caseNamespace, recordLine, runCase, statusLine } from 'landfall/testing'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { type BigQueryTarget, openBigQueryTarget } from './target.ts'

/*
 * A change of columns takes several queries. Whichever of them fails, and whatever the next sync asks for, no row
 * may be lost or be there twice.
 */

let target: BigQueryTarget

beforeAll(async () => {
  target = await openBigQueryTarget()
})
afterAll(() => target?.[Symbol.asyncDispose]())

const users = { name: 'users', namespace: caseNamespace }
const narrow = { id: { type: 'integer' } }
const wide = { ...narrow, name: { type: 'string' } }

function sync(properties: object, id: number, changes: Partial<CaseSync> = {}): CaseSync {
  const stream = {
    ...users,
    mode: 'append' as const,
    generation: [1, 0] as const,
    properties: { ...properties },
  }
  return {
    streams: [stream],
    lines: [recordLine(users, { id, name: `name ${id}` }), statusLine(users)],
    ...changes,
  }
}

const ids = (...numbers: readonly number[]) => ({
  users: numbers.map((id) => ({ id: { number: String(id) } })),
})

describe('a change of columns that fails', () => {
  const failures = [
    ['at the mark', /SET OPTIONS/],
    ['at the marks of raw rows', /BEGIN TRANSACTION[\s\S]*UPDATE/],
    ['at the new table', /CREATE OR REPLACE TABLE/],
  ] as const
  const followers = [
    ['the same columns', wide],
    ['the old columns', narrow],
  ] as const

  it.each(
    failures.flatMap(([when, matching]) =>
      followers.map(([what, columns]) => [when, what, matching, columns] as const),
    ),
  )('%s is made good by a sync with %s', async (when, what, matching, columns) => {
    const namespace = `${when}_${what}`.replace(/\W/g, '_')
    const first = sync(narrow, 1, { final: ids(1) })
    const broken = sync(wide, 2, { exitCode: 1, final: ids(1) })
    const last = sync(columns, 3, { final: ids(1, 2, 3), rawCounts: { users: 3 } })
    await runCase(target, { name: 'before', syncs: [first] }, namespace)
    target.double.addFault({
      on: 'query',
      times: 1,
      kind: 'fail_job',
      reason: 'resourcesExceeded',
      message: 'on purpose',
      matching,
    })
    await runCase(target, { name: 'broken', syncs: [broken] }, namespace)
    await runCase(target, { name: 'after', syncs: [last] }, namespace)
  })
})
