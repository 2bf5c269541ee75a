// Runs every test with containers, and the tests of PostgreSQL over the versions that only containers have:
//   npm run test:containers
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

const containerVersions = '14,16,17'

/** Those that run once for each version of the server. */
const versionedTests = [
  'test/destinations/postgres/conformance.test.ts',
  'test/destinations/postgres/connection.test.ts',
  'test/destinations/postgres/copy-in.test.ts',
  'test/destinations/postgres/insert-raw.test.ts',
  'test/destinations/postgres/record-limits.test.ts',
  'test/destinations/postgres/rejects.test.ts',
  'test/destinations/postgres/typing.test.ts',
  'test/destinations/postgres/unstorable-keys.test.ts',
  'test/destinations/postgres/warehouse.test.ts',
  'test/scenarios/postgres.test.ts',
]

const hasEngine = spawnSync('docker', ['info'], { stdio: 'ignore', timeout: 10_000 }).status === 0
if (!hasEngine) {
  process.stderr.write('No Docker engine answers: the tests with containers are skipped.\n')
}
const isGreen = run(['test/containers']) && (!hasEngine || runVersions())
process.exitCode = isGreen ? 0 : 1

function runVersions() {
  return run(versionedTests, { LANDFALL_POSTGRES_VERSIONS: containerVersions })
}

function run(files, variables = {}) {
  const { status } = spawnSync('vitest', ['run', ...files], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, LANDFALL_ALL_CONTAINERS: '1', ...variables },
  })
  return status === 0
}
