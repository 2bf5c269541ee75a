import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { on, once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ConnectorRun, parseOutput } from 'landfall/testing'
import { onTestFinished } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Files that a connector's command line names, in a folder of the running test. */
export function writeFiles(contents: { readonly [name: string]: unknown }): {
  readonly [name: string]: string
} {
  const directory = mkdtempSync(join(tmpdir(), 'landfall-e2e-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return Object.fromEntries(
    Object.entries(contents).map(([name, content]) => {
      const path = join(directory, `${name}.json`)
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
      return [name, path]
    }),
  )
}

/** Starts the built executable as the platform does: a process of its own, three pipes. */
export function spawnConnector(
  name: string,
  argv: readonly string[],
  env: { readonly [name: string]: string } = {},
): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [join(root, 'bin', `destination-${name}.js`), ...argv], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  // A child that ends early closes its input; what was still to be written is of no interest then.
  child.stdin.on('error', () => {})
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

export type SpawnedRun = ConnectorRun & { readonly stderr: string; readonly signal: NodeJS.Signals | null }

/** Runs a command to its end with all of its input. */
export async function runConnector(
  name: string,
  argv: readonly string[],
  input: Iterable<string> = [],
  env: { readonly [name: string]: string } = {},
): Promise<SpawnedRun> {
  const child = spawnConnector(name, argv, env)
  const done = collectOutput(child)
  for (const line of input) {
    if (!child.stdin.write(`${line}\n`))
      // What a child that has ended says about it comes with its output.
      await Promise.race([once(child.stdin, 'drain').catch(() => undefined), once(child, 'close')])
  }
  child.stdin.end()
  return done
}

/** Resolves once the process has printed the text; other readers of its output get everything too. */
export async function waitForOutput(child: ChildProcessWithoutNullStreams, text: string): Promise<void> {
  let seen = ''
  for await (const [chunk] of on(child.stdout, 'data', { close: ['end'] })) {
    seen += String(chunk)
    if (seen.includes(text)) return
  }
  throw new Error(`the process ended before it printed ${text}`)
}

/** Reads both outputs until the process has ended. */
export async function collectOutput(child: ChildProcessWithoutNullStreams): Promise<SpawnedRun> {
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  child.stdout.resume()
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return {
    ...parseOutput(code ?? -1, Buffer.concat(stdout).toString()),
    stderr: Buffer.concat(stderr).toString(),
    signal,
  }
}
