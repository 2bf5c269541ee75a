import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Measurement, type Program, runProgram } from './run-process.ts'
import type { Trial } from './trial.ts'

/**
 * How long `docker run ... spec` takes, against Node doing nothing in the same image. A record stands for a
 * start, so `speed` is the ratio of the two. CPU time and memory are those of the Docker client and say nothing.
 * Empty where no Docker engine answers.
 */
export async function imageTrials(): Promise<readonly Trial[]> {
  if (!(await answers())) return []
  const start = (name: string, words: readonly string[], limit?: string): Trial => ({
    name: 'image',
    entries: [{ name, records: starts, bytes: 0, ...(limit === undefined ? {} : { limit }) }],
    ...(limit === undefined ? { isLimit: true } : {}),
    run: async () => [await measureStarts({ command: 'docker', arguments: words })],
  })
  return [
    start(bareName, ['run', '--rm', '--entrypoint', '/usr/local/bin/node', image, '-e', '0']),
    start(`${starts} x docker run ... spec`, ['run', '--rm', image, 'spec'], bareName),
  ]
}

/** A tag of its own: nobody's image is replaced. */
const image = 'landfall-bench/destination-postgres:bench'

/** One start is too short to be measured alone. */
const starts = 5

const bareName = `${starts} x docker run ... node -e 0`

const run = promisify(execFile)

async function answers(): Promise<boolean> {
  try {
    await run('docker', ['info'], { timeout: 10_000 })
    return true
  } catch {
    // No engine is no failure: the benchmark says that it does without.
    return false
  }
}

async function measureStarts(program: Program): Promise<Measurement> {
  await buildImage()
  let seconds = 0
  for (let index = 0; index < starts; index += 1) seconds += (await runProgram(program)).measurement.seconds
  return { seconds, cpuSeconds: undefined, peakBytes: undefined }
}

/** Quick where nothing has changed: Docker keeps the layers. Builds share the machine's network. */
async function buildImage(): Promise<void> {
  const [repository = '', version = ''] = image.split(':')
  const script = fileURLToPath(new URL('../scripts/image.mjs', import.meta.url))
  const options = ['--repository', repository, '--version', version, '--', '--network', 'host']
  await run(process.execPath, [script, 'postgres', ...options], { maxBuffer: 2 ** 26 })
}
