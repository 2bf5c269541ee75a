import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ProcessUsage, watchUsage } from './process-usage.ts'

export type Program = {
  readonly command: string
  readonly arguments: readonly string[]
  /** Files that come through a pipe one after the other, as from another process. */
  readonly inputPaths?: readonly string[]
  /** Added to this process's environment. */
  readonly environment?: { readonly [name: string]: string }
}

export type Measurement = ProcessUsage & {
  readonly seconds: number
  /** Of the database server, where there is one that can be watched. */
  readonly serverCpuSeconds?: number | undefined
  /** What the server has written to its log meanwhile, where there is a server. */
  readonly walBytes?: number | undefined
}

export type Finished = { readonly measurement: Measurement; readonly output: string }

/** Runs a program from its start to its end. Throws where it fails, with what it said. */
export async function runProgram(program: Program): Promise<Finished> {
  using input = openInput(program.inputPaths)
  const startedAt = performance.now()
  const child = spawn(program.command, program.arguments, {
    env: { ...process.env, ...program.environment },
    stdio: [input.stdin, 'pipe', 'pipe'],
  })
  const ended = once(child, 'close')
  const stopWatching = watchUsage(child.pid ?? 0)
  const output: string[] = []
  const errorOutput: string[] = []
  child.stdout?.setEncoding('utf8').on('data', (text: string) => output.push(text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => errorOutput.push(text))
  const [code] = await ended.finally(stopWatching)
  const seconds = (performance.now() - startedAt) / 1000
  if (code !== 0) {
    const words = [...output.slice(-5), ...errorOutput.slice(-5)].join('')
    throw new Error(`\`${program.command}\` ended with exit code ${code}:\n${words}`)
  }
  return { measurement: { seconds, ...stopWatching() }, output: output.join('') }
}

/** Several programs at the same time, as one measurement: the time until the last ends, and the sums of the rest. */
export async function runTogether(programs: readonly Program[]): Promise<Measurement> {
  const startedAt = performance.now()
  const measurements = (await Promise.all(programs.map(runProgram))).map(({ measurement }) => measurement)
  return {
    seconds: (performance.now() - startedAt) / 1000,
    cpuSeconds: sum(measurements.map(({ cpuSeconds }) => cpuSeconds)),
    peakBytes: sum(measurements.map(({ peakBytes }) => peakBytes)),
  }
}

function sum(values: readonly (number | undefined)[]): number | undefined {
  return values.reduce((total, value) =>
    total === undefined || value === undefined ? undefined : total + value,
  )
}

type OpenInput = Disposable & { readonly stdin: number | 'ignore' }

let pipes = 0

/**
 * `cat` writes the files into a named pipe. A file as standard input would be read another way by Node, and
 * a pipe from this process would measure this process too.
 */
function openInput(paths: readonly string[] | undefined): OpenInput {
  if (paths === undefined) return { stdin: 'ignore', [Symbol.dispose]: () => {} }
  pipes += 1
  const pipe = join(tmpdir(), `landfall-bench-${process.pid}-${pipes}`)
  execFileSync('mkfifo', ['-m', '600', pipe])
  const writer = spawn('/bin/sh', ['-c', 'exec cat "$@" > "$0"', pipe, ...paths], { stdio: 'ignore' })
  // Waits for the writer, so nothing more is in the file system from here on.
  const stdin = openSync(pipe, 'r')
  rmSync(pipe)
  return {
    stdin,
    [Symbol.dispose]: () => {
      closeSync(stdin)
      writer.kill()
    },
  }
}
