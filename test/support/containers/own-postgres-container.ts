import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers'
import { inject } from 'vitest'
import type { PostgresAddress } from '../postgres-server.ts'
import { engineProblem } from './containers.ts'
import { docker, runLabels } from './docker.ts'

export type OwnContainerOptions = {
  readonly user: string
  readonly password: string
  readonly settings: { readonly [name: string]: string }
  /** For the data directory. */
  readonly files: { readonly [name: string]: string }
}

export type OwnContainer = PostgresAddress & { stop(): Promise<void>; shutDown(): Promise<void> }

const port = 5432

/**
 * Only the programs of the image are used: its own start writes rules of its own, and some of our files, such
 * as `standby.signal`, would keep it from getting ready.
 */
const startScript = `set -e
data=/tmp/landfall-data
printenv LANDFALL_PASSWORD > /tmp/landfall-password
initdb --pgdata=$data --encoding=UTF8 --locale=C --no-sync --auth=scram-sha-256 \\
  --username="$LANDFALL_USER" --pwfile=/tmp/landfall-password > /dev/null
echo 'host all all all scram-sha-256' >> $data/pg_hba.conf
for file in /landfall-files/*; do cp "$file" $data/; chmod 600 "$data/$(basename "$file")"; done
exec postgres -D $data "$@"`

/** A server of a test's own, with settings and files of its own, of a version that only containers have. */
export async function startOwnContainer(
  version: string,
  options: OwnContainerOptions,
): Promise<OwnContainer> {
  if (engineProblem !== undefined)
    throw new Error(`PostgreSQL ${version} needs a container: ${engineProblem}.`)
  const { user, password } = options
  const container = await new GenericContainer(`postgres:${version}`)
    .withEntrypoint(['/bin/sh', '-c', startScript, 'sh'])
    .withCommand(flagsOf({ ...options.settings, listen_addresses: '*', port: String(port) }))
    .withUser('postgres')
    .withEnvironment({ LANDFALL_USER: user, LANDFALL_PASSWORD: password })
    .withCopyContentToContainer(
      // One at least, for the loop that copies them.
      Object.entries({ 'landfall-test': '', ...options.files }).map(([name, content]) => ({
        content,
        target: `/landfall-files/${name}`,
        mode: 0o644,
      })),
    )
    .withExposedPorts(port)
    .withLabels({ ...runLabels(inject('containerRun')) })
    .withWaitStrategy(Wait.forLogMessage(/ready to accept (read.only )?connections/))
    .start()
  return { user, password, ...addressOf(container), ...endsOf(container) }
}

function flagsOf(settings: { readonly [name: string]: string }): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** The address rather than the name of this machine, as other servers of the tests have it. */
function addressOf(container: StartedTestContainer) {
  const host = container.getHost()
  return { host: host === 'localhost' ? '127.0.0.1' : host, port: container.getMappedPort(port) }
}

function endsOf(container: StartedTestContainer) {
  let end: Promise<unknown> | undefined
  return {
    stop: async () => {
      end ??= docker('rm', '--force', '--volumes', container.getId())
      await end
    },
    shutDown: async () => {
      await docker('kill', '--signal', 'TERM', container.getId())
    },
  }
}
