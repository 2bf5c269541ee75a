import { testDestination } from 'landfall/testing'
import { describe } from 'vitest'
import { startPgBouncer, whyNoPgBouncer } from '../../support/pgbouncer.ts'
import { postgresServer } from '../../support/postgres-database.ts'
import { postgresVersions } from '../../support/postgres-server.ts'
import { openPostgresTarget } from './target.ts'

const reason = whyNoPgBouncer === undefined ? '' : ` (skipped: ${whyNoPgBouncer})`

describe.skipIf(whyNoPgBouncer !== undefined)(`behind PgBouncer in transaction mode${reason}`, () => {
  for (const version of postgresVersions) {
    testDestination({ name: `PostgreSQL ${version}`, open: () => openPooledTarget(version) })
  }
})

async function openPooledTarget(version: (typeof postgresVersions)[number]) {
  const pooler = await startPgBouncer(await postgresServer(version), { mode: 'transaction' })
  const target = await openPostgresTarget(version)
  return {
    ...target,
    config: { ...target.database.config, host: pooler.host, port: pooler.port },
    [Symbol.asyncDispose]: async () => {
      await pooler.stop()
      await target[Symbol.asyncDispose]()
    },
  }
}
