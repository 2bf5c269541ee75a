import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers'
import type { PostgresAddress } from '../postgres-server.ts'
import { runLabels } from './docker.ts'

/** Reachable from the tests by a published port, and from other containers of the network by name. */
export type PostgresContainer = PostgresAddress & {
  readonly network: string
  readonly networkHost: string
  readonly networkPort: number
}

const port = 5432

const account = { user: 'postgres', password: 'pass:word/@ é' }

/** Quick rather than durable, as the servers of the other tests. */
const settings = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_wal_size=2GB',
  'timezone=America/New_York',
]

/** Once when its first start creates the database, once when it is there for others. */
const readyLines = 2

/** Starts the public image of a version. */
export async function startPostgresContainer(
  version: string,
  { network, run }: { readonly network: string; readonly run: number },
): Promise<{ readonly address: PostgresContainer; readonly container: StartedTestContainer }> {
  const networkHost = `postgres-${version}`
  const container = await new GenericContainer(`postgres:${version}`)
    .withEnvironment({ POSTGRES_USER: account.user, POSTGRES_PASSWORD: account.password })
    .withCommand(['postgres', ...settings.flatMap((setting) => ['-c', setting])])
    .withExposedPorts(port)
    .withNetworkMode(network)
    .withNetworkAliases(networkHost)
    .withLabels({ ...runLabels(run) })
    .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, readyLines))
    .start()
  return {
    container,
    address: {
      ...account,
      host: container.getHost(),
      port: container.getMappedPort(port),
      network,
      networkHost,
      networkPort: port,
    },
  }
}
