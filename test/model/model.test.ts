import fc from 'fast-check'
import { type CaseSync, type ConformanceTarget, runCase } from 'landfall/testing'
import { describe, it } from 'vitest'
import { openMariadbTarget } from '../declarative/mariadb-target.ts'
import { openBigQueryTarget } from '../destinations/bigquery/target.ts'
import { openDuckDbTarget } from '../destinations/duckdb/target.ts'
import { openPostgresTarget } from '../destinations/postgres/target.ts'
import { openRedshiftTarget } from '../destinations/redshift/target.ts'
import { openSnowflakeTarget } from '../destinations/snowflake/target.ts'
import { startMariadb, whyNoMariadb } from '../support/mariadb-server.ts'
import { postgresVersions } from '../support/postgres-server.ts'
import { arbitrarySyncs } from './arbitrary-syncs.ts'
import { printCase } from './print-case.ts'
import { predict } from './reference-model.ts'

/**
 * Set `LANDFALL_MODEL_RUNS` for more cases per destination, `LANDFALL_MODEL_SEED` to see a failure again. As
 * many as these find every rule of the model that is left out, most of the time.
 */
const runs = {
  // The evaluator behind its double is slow.
  bigQuery: readNumber('LANDFALL_MODEL_RUNS') ?? 8,
  snowflake: readNumber('LANDFALL_MODEL_RUNS') ?? 8,
  redshift: readNumber('LANDFALL_MODEL_RUNS') ?? 5,
  duckDb: readNumber('LANDFALL_MODEL_RUNS') ?? 12,
  mariadb: readNumber('LANDFALL_MODEL_RUNS') ?? 12,
  postgres: readNumber('LANDFALL_MODEL_RUNS') ?? 30,
  // They share all but the casts and the plans.
  otherPostgres: readNumber('LANDFALL_MODEL_RUNS') ?? 8,
}
/** The same cases in every ordinary run; long runs (`LANDFALL_MODEL_RUNS`) look for new ones. */
const isLongRun = readNumber('LANDFALL_MODEL_RUNS') !== undefined
const seed = readNumber('LANDFALL_MODEL_SEED') ?? (isLongRun ? Date.now() % 2 ** 31 : 20_261_122)

/** A run over chosen versions of PostgreSQL is about nothing else. */
const isAboutVersions = (process.env.LANDFALL_POSTGRES_VERSIONS ?? '') !== ''
const itWithoutVersions = it.skipIf(isAboutVersions)

describe('after any syncs, the tables are what a model of typing and deduping says', () => {
  itWithoutVersions('on DuckDB', { timeout: 0 }, () =>
    check(runs.duckDb, async (syncs) => {
      await using target = await openDuckDbTarget()
      await runSyncs(target, syncs, 'case_0')
    }),
  )

  itWithoutVersions('on BigQuery, by its double', { timeout: 0 }, async () => {
    await using target = await openBigQueryTarget()
    let count = 0
    await check(runs.bigQuery, (syncs) => {
      count += 1
      return runSyncs(target, syncs, `case_${count}`)
    })
  })

  itWithoutVersions('on Redshift, by its double', { timeout: 0 }, async () => {
    await using target = await openRedshiftTarget()
    let count = 0
    await check(runs.redshift, (syncs) => {
      count += 1
      return runSyncs(target, syncs, `case_${count}`)
    })
  })

  itWithoutVersions('on Snowflake, by its double', { timeout: 0 }, async () => {
    await using target = await openSnowflakeTarget()
    let count = 0
    await check(runs.snowflake, (syncs) => {
      count += 1
      return runSyncs(target, syncs, `case_${count}`)
    })
  })

  it.skipIf(whyNoMariadb !== undefined || isAboutVersions)(
    `on MariaDB, by its manifest${whyNoMariadb === undefined ? '' : ` (${whyNoMariadb})`}`,
    { timeout: 0 },
    async () => {
      await using server = await startMariadb(['--max-allowed-packet=64M'])
      await using target = await openMariadbTarget(server)
      let count = 0
      await check(runs.mariadb, (syncs) => {
        count += 1
        return runSyncs(target, syncs, `case_${count}`)
      })
    },
  )

  it.each(postgresVersions)('on PostgreSQL %s', { timeout: 0 }, async (version) => {
    await using target = await openPostgresTarget(version)
    let count = 0
    const run = (syncs: readonly CaseSync[]) => {
      count += 1
      return runSyncs(target, syncs, `case_${count}`)
    }
    if (version === '18') await check(runs.postgres, run)
    // Each version has its own cases, so that the versions together see more of them.
    else await check(runs.otherPostgres, run, seed + Number(version))
  })
})

async function check(
  numRuns: number,
  run: (syncs: readonly CaseSync[]) => Promise<void>,
  ownSeed = seed,
): Promise<void> {
  const details = await fc.check(fc.asyncProperty(arbitrarySyncs, run), { numRuns, seed: ownSeed })
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

function readNumber(variable: string): number | undefined {
  const text = process.env[variable] ?? ''
  return text === '' ? undefined : Number(text)
}
