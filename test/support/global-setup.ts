import { once } from 'node:events'
import { createServer } from 'node:http'
import type { TestProject } from 'vitest/node'
import { type PackagedVersion, type RunningPostgres, startPostgres } from './postgres-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers `/<version>` with the address of a running PostgreSQL of that version, as JSON. */
    readonly postgresDesk: string
  }
}

const packagedVersions: readonly PackagedVersion[] = ['18', '12']

/**
 * One PostgreSQL of each version per run, started when the first test asks for it, so that runs that need
 * none do not pay for it.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const servers = new Map<string, Promise<RunningPostgres>>()
  const desk = createServer((request, response) => {
    const version = packagedVersions.find((candidate) => request.url === `/${candidate}`)
    if (!version) {
      response.writeHead(404).end(`There is no PostgreSQL at ${request.url}.`)
      return
    }
    const server = servers.get(version) ?? startPostgres({ version })
    servers.set(version, server)
    server.then(
      (address) => response.end(JSON.stringify(address)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  desk.listen(0, '127.0.0.1')
  await once(desk, 'listening')
  const address = desk.address()
  if (typeof address !== 'object' || address === null) throw new Error('The desk has no port.')
  project.provide('postgresDesk', `http://127.0.0.1:${address.port}`)
  return async () => {
    desk.close()
    const results = await Promise.allSettled(servers.values())
    await Promise.all(
      results.map((result) => (result.status === 'fulfilled' ? result.value.stop() : undefined)),
    )
  }
}
