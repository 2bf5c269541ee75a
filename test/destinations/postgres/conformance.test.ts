import { testDestination } from 'landfall/testing'
import { postgresVersions } from '../../support/postgres-server.ts'
import { openPostgresTarget } from './target.ts'

for (const version of postgresVersions) {
  testDestination({ name: `PostgreSQL ${version}`, open: () => openPostgresTarget(version) })
}
