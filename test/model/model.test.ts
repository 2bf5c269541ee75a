import fc from 'fast-check'
import { type CaseSync, type ConformanceTarget, runCase } from 'landfall/testing'
import { describe, it } from 'vitest'
import { openDuckDbTarget } from '../destinations/duckdb/target.ts'
import { openPostgresTarget } from '../destinations/postgres/target.ts'
import { arbitrarySyncs } from './arbitrary-syncs.ts'
import { printCase } from './print-case.ts'
import { predict } from './reference-model.ts'

/** Cases per destination; set `LANDFALL_MODEL_RUNS` for more, `LANDFALL_MODEL_SEED` to see a failure again. */
const runs = Number(process.env.LANDFALL_MODEL_RUNS ?? 30)
const seed = Number(process.env.LANDFALL_MODEL_SEED ?? Date.now() % 2 ** 31)

describe('after any syncs, the tables are what a model of typing and deduping says', () => {
  it('on DuckDB', { timeout: 0 }, () =>
    check(async (syncs) => {
      await using target = await openDuckDbTarget()
      await runSyncs(target, syncs, 'case_0')
    }),
  )

  it('on PostgreSQL', { timeout: 0 }, async () => {
    await using target = await openPostgresTarget('18')
    let count = 0
    await check((syncs) => {
      count += 1
      return runSyncs(target, syncs, `case_${count}`)
    })
  })
})

async function check(run: (syncs: readonly CaseSync[]) => Promise<void>): Promise<void> {
  const details = await fc.check(fc.asyncProperty(arbitrarySyncs, run), { numRuns: runs, seed })
  const [syncs] = details.counterexample ?? []
  if (!details.failed || syncs === undefined) return
  const found = printCase(predict(`found with seed ${seed}`, syncs))
  throw new Error(`The tables differ from the model. As a conformance case:\n\n${found}\n`, {
    cause: details.errorInstance,
  })
}

function runSyncs(target: ConformanceTarget, syncs: readonly CaseSync[], namespace: string): Promise<void> {
  return runCase(target, predict('any syncs', syncs), namespace)
}
