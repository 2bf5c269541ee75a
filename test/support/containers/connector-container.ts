import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { collectOutput, type SpawnedRun } from '../spawn-connector.ts'
import { docker, labelArguments } from './docker.ts'

export type ConnectorOptions = {
  readonly image: string
  /** The command's words behind the entrypoint. */
  readonly argv: readonly string[]
  /** Files in /dest, the working directory, by name. */
  readonly files?: { readonly [name: string]: unknown }
  readonly network?: string
  readonly env?: { readonly [name: string]: string }
  /** As `docker run --memory` takes it. */
  readonly memory?: string
  /** `platform`: inside a shell, over named pipes. `direct`: the image's own entrypoint, as process 1. */
  readonly start?: 'platform' | 'direct'
  /** More arguments of `docker run`. */
  readonly docker?: readonly string[]
}

export type ConnectorContainer = AsyncDisposable & {
  readonly name: string
  /** The `docker run` that holds the container's pipes. */
  readonly child: ChildProcessWithoutNullStreams
}

const usualMemory = '512m'

/** No root, no capabilities, no way to get any: what the platform grants a connector. */
const rights = ['--user', '1000:1000', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges']

/**
 * The platform's own way to start a connector: three named pipes in the working directory, which its shell
 * opens, and the exit code in a file. Others hold the pipes' far ends; here these are `cat`s.
 */
const platformScript = `
mkfifo stdin stdout stderr
exec 3<&0
cat stdout & out=$!
cat stderr >&2 & err=$!
cat <&3 > stdin &
exec 3<&-
(eval "$AIRBYTE_ENTRYPOINT $*" 2> stderr > stdout < stdin; echo $? > TEMP_EXIT_CODE.txt)
wait $out $err
exit "$(cat TEMP_EXIT_CODE.txt)"
`

/** Starts a connector's image. Dispose of it: that removes the container, whatever it is doing, and its files. */
export function startConnectorContainer(options: ConnectorOptions): ConnectorContainer {
  const { image, argv, network, env = {}, memory = usualMemory, start = 'platform' } = options
  const name = `landfall-test-${inject('containerRun')}-${randomBytes(5).toString('hex')}`
  const directory = writeDirectory(options.files ?? {})
  const words = [
    ...['run', '--interactive', '--name', name, ...labelArguments(inject('containerRun')), ...rights],
    ...['--memory', memory, '--memory-swap', memory, '--volume', `${directory}:/dest`, '--workdir', '/dest'],
    ...(network === undefined ? [] : ['--network', network]),
    ...Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...(options.docker ?? []),
    ...(start === 'platform' ? ['--entrypoint', '/bin/sh', image, '-c', platformScript, 'sh'] : [image]),
    ...argv,
  ]
  const child = spawn('docker', words, { stdio: ['pipe', 'pipe', 'pipe'] })
  // A container that ends early closes its input; what was still to be written is of no interest then.
  child.stdin.on('error', () => {})
  return {
    name,
    child,
    [Symbol.asyncDispose]: async () => {
      await docker('rm', '--force', '--volumes', name)
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Runs a connector's image to its end with all of its input. */
export async function runConnectorContainer(
  options: ConnectorOptions,
  input: Iterable<string | Buffer> | AsyncIterable<string | Buffer> = [],
): Promise<SpawnedRun> {
  await using container = startConnectorContainer(options)
  const { child } = container
  const done = collectOutput(child)
  const closed = once(child, 'close')
  for await (const part of input) {
    const chunk = typeof part === 'string' ? `${part}\n` : part
    if (!child.stdin.write(chunk)) await Promise.race([once(child.stdin, 'drain'), closed])
  }
  child.stdin.end()
  return await done
}

/** Whether the container's memory limit ended it. */
export async function wasOutOfMemory({ name }: ConnectorContainer): Promise<boolean> {
  return (await docker('inspect', '--format', '{{.State.OOMKilled}}', name)) === 'true'
}

/** A folder that every account may read and write: the container's is another one than the tests'. */
function writeDirectory(files: { readonly [name: string]: unknown }): string {
  const directory = mkdtempSync(join(tmpdir(), 'landfall-container-'))
  chmodSync(directory, 0o777)
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return directory
}
