import { expect, it } from 'vitest'
import { createTestDatabase } from './postgres-database.ts'
import { postgresVersions } from './postgres-server.ts'

it.each(postgresVersions)('PostgreSQL %s runs for the tests that ask for it', async (version) => {
  await using database = await createTestDatabase(version)
  const [row] = await database.query('SHOW server_version')
  expect(row?.server_version).toMatch(new RegExp(`^${version}\\.`))
})
