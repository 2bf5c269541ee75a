import { execFile } from 'node:child_process'
import { hostname } from 'node:os'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Builds print more than Node keeps by default. */
const mostOutputBytes = 64 * 1024 * 1024

const answerMilliseconds = 10_000

/** Runs a command of the Docker CLI and returns its standard output. Throws with its standard error. */
export async function docker(...words: readonly string[]): Promise<string> {
  const { stdout } = await run('docker', words, { maxBuffer: mostOutputBytes })
  return stdout.trim()
}

/** Why there is no engine to test with; undefined where one answers. */
export async function findEngineProblem(): Promise<string | undefined> {
  try {
    await run('docker', ['info', '--format', '{{.ServerVersion}}'], { timeout: answerMilliseconds })
    return undefined
  } catch (error) {
    const { code } = error as { readonly code?: unknown }
    return code === 'ENOENT' ? 'the docker command is not installed' : 'no Docker engine answers'
  }
}

/** On every container and network of a test run, so that it can be found again whatever becomes of the run. */
export const runLabel = 'landfall-test.run'

const hostLabel = 'landfall-test.host'

/** One per process; the global setup's own serves all workers. */
export function runLabels(run: number): { readonly [label: string]: string } {
  return { [runLabel]: String(run), [hostLabel]: hostname() }
}

/** The same labels as arguments of `docker run`. */
export function labelArguments(run: number): readonly string[] {
  return Object.entries(runLabels(run)).flatMap(([label, value]) => ['--label', `${label}=${value}`])
}

/** Removes what a run has left, also containers that still run. */
export async function removeRun(run: number): Promise<void> {
  await removeLabelled('--filter', `label=${runLabel}=${run}`, '--filter', `label=${hostLabel}=${hostname()}`)
  await removeLabelled('--filter', `label=com.docker.compose.project=${projectName(run)}`)
  await removeImages(run)
}

async function removeLabelled(...filter: readonly string[]): Promise<void> {
  const containers = lines(await docker('ps', '--all', '--quiet', ...filter))
  if (containers.length > 0) await docker('rm', '--force', '--volumes', ...containers)
  const networks = lines(await docker('network', 'ls', '--quiet', ...filter))
  if (networks.length > 0) await docker('network', 'rm', ...networks)
  const volumes = lines(await docker('volume', 'ls', '--quiet', ...filter))
  if (volumes.length > 0) await docker('volume', 'rm', '--force', ...volumes)
}

/** Runs of this machine that were killed before they could clean up after themselves. */
export async function findDeadRuns(): Promise<readonly number[]> {
  const format = `{{.Label "${runLabel}"}}`
  const filter = ['--filter', `label=${hostLabel}=${hostname()}`, '--format', format]
  const runs = [
    ...lines(await docker('ps', '--all', ...filter)),
    ...lines(await docker('network', 'ls', ...filter)),
  ]
  return Array.from(new Set(runs.map(Number))).filter((run) => Number.isInteger(run) && !isAlive(run))
}

/** Images of tests have names of their own: nobody's build is replaced, and they can go afterwards. */
export function imageName(name: string, run: number): string {
  return `landfall-test/destination-${name}:run-${run}`
}

/** The project of `docker compose` in a run, which Compose itself writes on all that it makes. */
export function projectName(run: number): string {
  return `landfall-test-${run}`
}

async function removeImages(run: number): Promise<void> {
  const images = lines(
    await docker(
      'images',
      '--format',
      '{{.Repository}}:{{.Tag}}',
      '--filter',
      `reference=landfall-test/*:run-${run}`,
    ),
  )
  // The layers stay: the next run builds from them.
  if (images.length > 0) await docker('rmi', '--force', '--no-prune', ...images)
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '')
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    // A process of another user exists all the same.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
