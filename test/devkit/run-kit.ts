import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { KitEnvironment } from '../../src/devkit/kit.ts'
import { runLandfall } from '../../src/devkit/program.ts'

export type KitRun = { readonly exitCode: number; readonly stdout: string; readonly stderr: string }

/** Runs the `landfall` command in this process, with streams of its own. */
export async function runKit(
  argv: readonly string[],
  overrides: Partial<Omit<KitEnvironment, 'argv' | 'stdout' | 'stderr'>> = {},
): Promise<KitRun> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  stdin.end()
  const collected = Promise.all([text(stdout), text(stderr)])
  const exitCode = await runLandfall({
    argv,
    env: {},
    cwd: process.cwd(),
    stdin,
    stdout,
    stderr,
    version: '1.2.3',
    stopSignal: () => new AbortController().signal,
    runDestination: async () => {
      throw new Error('this test runs no destination')
    },
    ...overrides,
  })
  stdout.end()
  stderr.end()
  const [printed, noted] = await collected
  return { exitCode, stdout: printed, stderr: noted }
}
