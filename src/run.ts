import { createRequire } from 'node:module'
import { totalmem } from 'node:os'
import { runCommand } from './cli/main.ts'
import { openStandardInput } from './cli/standard-input.ts'
import type { Destination } from './destination/destination.ts'
import { DestinationError } from './errors.ts'

/** The file descriptor. */
const standardInput = 0

/** How long open handles may keep a finished process alive. */
const exitGraceMilliseconds = 5_000

/**
 * Runs a connector as this process: reads the command line and standard input, writes standard output,
 * sets the exit code. A connector's executable is a call of this.
 */
export async function runDestination(
  destination: Destination,
  argv: readonly string[] = process.argv.slice(2),
): Promise<void> {
  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () =>
      stop.abort(new DestinationError('INTERRUPTED', `The sync was stopped by ${signal}.`)),
    )
  }
  process.exitCode = await runCommand(destination, {
    argv,
    env: process.env,
    openInput: () => openStandardInput(standardInput, () => process.stdin),
    stdout: process.stdout,
    stderr: process.stderr,
    signal: stop.signal,
    availableBytes: availableMemory(),
    version: readVersion(),
  })
  // A platform waits for the end of the process: a driver's forgotten socket must not delay it.
  setTimeout(() => process.exit(), exitGraceMilliseconds).unref()
}

/** The container's limit where there is one, else the machine's memory. */
function availableMemory(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}

/** The version of this package. */
export function readVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('landfall/package.json')
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest
  return isManifest ? String(manifest.version) : 'unknown'
}
