import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { docker, findDeadRuns, findEngineProblem, imageName, labelArguments, removeRun } from './docker.ts'
import { startPostgresContainer } from './postgres-container.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Why there is no engine to test with; empty where one answers. */
    readonly engineProblem: string
    /** Answers `/image/<name>` and `/postgres/<version>`, see `containers.ts`. */
    readonly containerDesk: string
    /** What the run's containers are labelled with. */
    readonly containerRun: number
  }
}

const root = fileURLToPath(new URL('../../../', import.meta.url))
const execute = promisify(execFile)

/**
 * Builds each image and starts each server when the first test asks for it, once per run. What was made goes
 * away with the run; what an earlier run could not remove, because it was killed, goes before the first use.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const problem = await findEngineProblem()
  project.provide('engineProblem', problem ?? '')
  if (problem !== undefined) return undefined
  const run = process.pid
  const desk = new ContainerDesk(run)
  project.provide('containerRun', run)
  project.provide('containerDesk', await desk.open())
  return () => desk.close()
}

class ContainerDesk {
  readonly #run: number
  readonly #network: string
  readonly #answers = new Map<string, Promise<unknown>>()
  readonly #server: Server
  #preparation: Promise<void> | undefined

  constructor(run: number) {
    this.#run = run
    this.#network = `landfall-test-${run}`
    this.#server = createServer((request, response) => {
      const path = request.url ?? ''
      const answer = this.#answers.get(path) ?? this.#make(path)
      this.#answers.set(path, answer)
      answer.then(
        (value) => response.end(JSON.stringify(value)),
        (error: unknown) =>
          response.writeHead(500).end(error instanceof Error ? error.message : String(error)),
      )
    })
  }

  async open(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    if (typeof address !== 'object' || address === null) throw new Error('The desk has no port.')
    return `http://127.0.0.1:${address.port}`
  }

  async close(): Promise<void> {
    this.#server.close()
    await Promise.allSettled(this.#answers.values())
    if (this.#preparation !== undefined) await removeRun(this.#run)
  }

  async #make(path: string): Promise<unknown> {
    this.#preparation ??= this.#prepare()
    await this.#preparation
    const [, kind, name = ''] = path.split('/')
    if (kind === 'image') return this.#buildImage(name)
    if (kind !== 'postgres') throw new Error(`There is nothing at ${path}.`)
    const { address } = await startPostgresContainer(name, { network: this.#network, run: this.#run })
    return address
  }

  async #prepare(): Promise<void> {
    for (const run of await findDeadRuns()) await removeRun(run)
    await docker('network', 'create', ...labelArguments(this.#run), this.#network)
  }

  /** By the same command as anybody's build. Builds share the machine's network, for registries on its loopback. */
  async #buildImage(name: string): Promise<string> {
    const image = imageName(name, this.#run)
    const [repository = '', version = ''] = image.split(':')
    const words = [name, '--repository', repository, '--version', version, '--', '--network', 'host']
    await execute(process.execPath, [`${root}scripts/image.mjs`, ...words], { maxBuffer: 2 ** 26 })
    return image
  }
}
