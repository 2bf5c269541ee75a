import { execFile, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { longFormProblem, titled } from '../support/containers/containers.ts'
import { projectName } from '../support/containers/docker.ts'
import { findFreePort } from '../support/free-port.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const run = promisify(execFile)

/** The plugin of Docker, or the older program of the same commands. */
const compose = [['docker', 'compose'], ['docker-compose']].find(
  ([command = '', ...words]) => spawnSync(command, [...words, 'version']).status === 0,
)
const problem = longFormProblem ?? (compose === undefined ? 'there is no docker compose' : undefined)

describe.skipIf(problem !== undefined)(titled('compose.yaml', problem), () => {
  it('brings up PostgreSQL and syncs the data of the demo into it', { timeout: 600_000 }, async () => {
    const port = await findFreePort()
    const [command = '', ...words] = compose ?? []
    const call = (...rest: readonly string[]) =>
      run(
        command,
        [...words, '-f', `${root}compose.yaml`, '-p', projectName(inject('containerRun')), ...rest],
        {
          cwd: root,
          env: { ...process.env, LANDFALL_DEMO_PORT: String(port) },
          maxBuffer: 2 ** 26,
        },
      )
    onTestFinished(async () => {
      await call('down', '--volumes', '--rmi', 'local')
    }, 120_000)
    await call('build')
    const { stdout } = await call('run', '--rm', '-T', 'destination')
    expect(stdout.match(/"Sync finished/g)).toHaveLength(3)
    expect(stdout).not.toContain('"TRACE"')
    expect(await countRows(port)).toEqual({ movies: '1922', earthquakes: '1706', flights: '200000' })
  })
})

async function countRows(port: number): Promise<unknown> {
  const account = { user: 'landfall', password: 'landfall', database: 'warehouse' }
  const client = new pg.Client({ host: '127.0.0.1', port, ...account })
  await client.connect()
  try {
    const tables = ['movies', 'earthquakes', 'flights']
    const counts = tables.map((table) => `(SELECT count(*) FROM demo.${table}) AS ${table}`)
    const { rows } = await client.query(`SELECT ${counts.join(', ')}`)
    return rows[0]
  } finally {
    await client.end()
  }
}
