import type { ConformanceTarget } from 'landfall/testing'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { openDuckDbTarget } from '../destinations/duckdb/target.ts'
import { openPostgresTarget } from '../destinations/postgres/target.ts'
import { runScenario } from './run-scenario.ts'
import { hasFixtures, loadScenarios } from './upstream-fixtures.ts'

/** The scenarios of the upstream suite that use nothing but sync modes. */
const names = [
  'truncateRefresh',
  'mergeRefresh',
  'interruptedMergeRefresh',
  'incrementalAppend',
  'incrementalDedup',
  'incrementalDedupDefaultNamespace',
  'incrementalDedupIdenticalName',
  'incrementalDedupChangeCursor',
  'interruptedTruncateWithPriorData',
  'interruptedOverwriteWithoutPriorData',
  'resumeAfterCancelledTruncate',
]

const targets: readonly { readonly name: string; readonly open: () => Promise<ConformanceTarget> }[] = [
  { name: 'PostgreSQL 18', open: () => openPostgresTarget('18') },
  { name: 'PostgreSQL 12', open: () => openPostgresTarget('12') },
  { name: 'DuckDB', open: openDuckDbTarget },
]

describe.skipIf(!hasFixtures)(
  'scenarios of the upstream suite (skipped without its data beside the checkout)',
  () => {
    for (const { name, open } of targets) {
      describe(name, () => {
        let target: ConformanceTarget
        beforeAll(async () => {
          target = await open()
        })
        afterAll(async () => {
          await target?.[Symbol.asyncDispose]()
        })
        for (const [index, scenario] of loadScenarios(names).entries()) {
          const letters = `${String.fromCharCode(97 + index)}${'x'.repeat(9)}`
          it(scenario.name, () =>
            runScenario(target, scenario, { namespace: `tdtest__${letters}`, name: `test__${letters}` }),
          )
        }
      })
    }
  },
)
