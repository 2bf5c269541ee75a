// Runs every test with containers, then every test of PostgreSQL on the versions that only containers have and on the
// oldest one, one version after the other:
//   npm run test:containers
// With `--versions` it leaves out the first, which `LANDFALL_ALL_CONTAINERS=1 npm test` has run already:
//   npm run test:containers -- --versions
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The newest version is the one that an ordinary `npm test` uses. */
const containerVersions = ['14', '16', '17']

const isOldestPackaged = process.platform === 'linux' && process.arch === 'x64'

/** Tests of a single server run on the version of the run; the whole folder, so that no file can be forgotten. */
const postgresTests = [
  'test/support/postgres-server.test.ts',
  'test/destinations/postgres',
  'test/scenarios/postgres.test.ts',
  'test/declarative/postgres.test.ts',
  // Of which, where versions are asked for, only the cases about PostgreSQL run.
  'test/model/model.test.ts',
]

/** An ordinary `npm test` runs these on the oldest version, too: all of their cases are over versions. */
const testedOnOldest = [
  'test/support/postgres-server.test.ts',
  'test/destinations/postgres/conformance.test.ts',
  'test/destinations/postgres/typing.test.ts',
  'test/scenarios/postgres.test.ts',
  'test/model/model.test.ts',
]

const { values: options } = parseArgs({ options: { versions: { type: 'boolean', default: false } } })
const hasEngine = spawnSync('docker', ['info'], { stdio: 'ignore', timeout: 10_000 }).status === 0
if (!hasEngine) {
  process.stderr.write('No Docker engine answers: the tests with containers are skipped.\n')
}
const versions = hasEngine ? containerVersions : []
// The first failure does not keep the other versions from their turn.
const results = [
  options.versions || run(['test/containers']),
  ...versions.map(runVersion),
  !isOldestPackaged || runOldest(),
]
process.exitCode = results.every(Boolean) ? 0 : 1

function runVersion(version) {
  process.stderr.write(`\nThe tests of PostgreSQL on version ${version}:\n`)
  return run(postgresTests, { LANDFALL_POSTGRES_VERSIONS: version })
}

function runOldest() {
  process.stderr.write('\nThe rest of the tests of PostgreSQL on version 12:\n')
  const others = testedOnOldest.flatMap((path) => ['--exclude', path])
  return run([...postgresTests, ...others], { LANDFALL_POSTGRES_VERSIONS: '12' })
}

function run(words, variables = {}) {
  const { status } = spawnSync('vitest', ['run', ...words], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, LANDFALL_ALL_CONTAINERS: '1', ...variables },
  })
  return status === 0
}
