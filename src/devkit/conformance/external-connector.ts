import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { DestinationError } from '../../errors.ts'
import type { OutputMessage } from '../../testing/run-connector.ts'

/** How a connector in any language is started: by a shell command, or as an image. */
export type ConnectorStart =
  | { readonly command: string }
  | { readonly image: string; readonly dockerArguments: readonly string[] }

export type ExternalRun = {
  readonly exitCode: number | null
  readonly messages: readonly OutputMessage[]
  /** The STATE lines as they were printed. */
  readonly stateLines: readonly string[]
  /** Lines of standard output that are no AirbyteMessage. */
  readonly otherLines: readonly string[]
  /** The last of standard error, for a report. */
  readonly errorOutput: string
}

export type ExternalCommand = {
  readonly command: 'spec' | 'check' | 'write'
  /** Content of the files behind `--config` and `--catalog`. */
  readonly files: { readonly config?: unknown; readonly catalog?: unknown }
  readonly lines?: readonly string[]
  readonly env?: { readonly [name: string]: string }
}

/** Most of standard error that a report shows, in characters. */
const longestErrorOutput = 4000

/** How long a connector that ran out of time may clean up. */
const killDelayMilliseconds = 10_000

/** Where the files of a run are inside of a container. */
const containerFolder = '/landfall'

/** A destination in a process or a container of its own, spoken to by the protocol alone. */
export class ExternalConnector {
  readonly #start: ConnectorStart
  readonly #cwd: string
  readonly #timeoutMilliseconds: number
  readonly #environment: { readonly [name: string]: string | undefined }

  constructor(
    start: ConnectorStart,
    options: {
      readonly cwd: string
      readonly timeoutMilliseconds: number
      readonly environment: { readonly [name: string]: string | undefined }
    },
  ) {
    this.#start = start
    this.#cwd = options.cwd
    this.#timeoutMilliseconds = options.timeoutMilliseconds
    this.#environment = options.environment
  }

  async run({ command, files, lines = [], env = {} }: ExternalCommand): Promise<ExternalRun> {
    const parent = await mkdtemp(join(tmpdir(), 'landfall-test-'))
    try {
      const directory = await writeFiles(parent, files)
      const names = Object.keys(files)
      const isImage = 'image' in this.#start
      const folder = isImage ? containerFolder : directory
      const argv = [command, ...names.flatMap((name) => [`--${name}`, `${folder}/${name}.json`])]
      const shellLine = this.#shellLine(directory, env)
      return await this.#spawn(shellLine, argv, lines, env)
    } finally {
      await rm(parent, { recursive: true, force: true })
    }
  }

  /**
   * `"$@"` takes the protocol's arguments, so that no path is read by the shell; `exec` makes the shell the
   * connector itself, so that signals reach it.
   */
  #shellLine(directory: string, env: { readonly [name: string]: string }): string {
    if ('command' in this.#start) return `exec ${this.#start.command} "$@"`
    const variables = Object.entries(env).map(([name, value]) => `--env ${quote(`${name}=${value}`)}`)
    const { image, dockerArguments } = this.#start
    const volume = quote(`${directory}:${containerFolder}:ro`)
    return [
      'exec docker run --rm -i',
      `--volume ${volume}`,
      ...variables,
      ...dockerArguments.map(quote),
      quote(image),
    ]
      .join(' ')
      .concat(' "$@"')
  }

  async #spawn(
    shellLine: string,
    argv: readonly string[],
    lines: readonly string[],
    env: { readonly [name: string]: string },
  ): Promise<ExternalRun> {
    const child = spawn('sh', ['-c', shellLine, 'sh', ...argv], {
      cwd: this.#cwd,
      env: { ...this.#environment, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      // Docker passes SIGTERM on to the container; SIGKILL would end the client only.
      child.kill('SIGTERM')
      killTimer = setTimeout(() => child.kill('SIGKILL'), killDelayMilliseconds)
    }, this.#timeoutMilliseconds)
    let killTimer: NodeJS.Timeout | undefined
    try {
      const closed = once(child, 'close')
      const [output, errorOutput, [exitCode]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        closed,
        // A connector that refuses its input closes it; then its exit code and messages tell.
        pipeline(
          lines.map((line) => `${line}\n`),
          child.stdin,
        ).catch(() => {}),
      ])
      if (isLate) throw this.#timedOut(argv[0] ?? '')
      return parseOutput(exitCode, output, errorOutput)
    } finally {
      clearTimeout(timer)
      clearTimeout(killTimer)
    }
  }

  #timedOut(command: string): DestinationError {
    const seconds = this.#timeoutMilliseconds / 1000
    return new DestinationError('SERVER_UNAVAILABLE', `\`${command}\` did not end within ${seconds} seconds.`)
  }
}

/**
 * A folder that an image's own user may read, whoever that is, in one that nobody else on this machine may enter: there
 * are passwords in it.
 */
async function writeFiles(parent: string, files: ExternalCommand['files']): Promise<string> {
  const directory = join(parent, 'files')
  await mkdir(directory)
  await chmod(directory, 0o755)
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, `${name}.json`)
    await writeFile(path, JSON.stringify(content))
    await chmod(path, 0o644)
  }
  return directory
}

function parseOutput(exitCode: number | null, output: string, errorOutput: string): ExternalRun {
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  const parsed = lines.map((line) => ({ line, message: parseMessage(line) }))
  return {
    exitCode,
    messages: parsed.flatMap(({ message }) => message ?? []),
    stateLines: parsed.flatMap(({ line, message }) => (message?.type === 'STATE' ? [line] : [])),
    otherLines: parsed.flatMap(({ line, message }) => (message === undefined ? [line] : [])),
    errorOutput: errorOutput.slice(-longestErrorOutput),
  }
}

/** The platform takes lines that are no messages for logs, so such a line is no error by itself. */
function parseMessage(line: string): OutputMessage | undefined {
  try {
    const value = JSON.parse(line)
    return typeof value?.type === 'string' ? value : undefined
  } catch {
    // Not JSON, so not a message.
    return undefined
  }
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}
