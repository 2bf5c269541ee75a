import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type ConnectorRun, parseOutput } from 'landfall/testing'
import split2 from 'split2'
import type { FaultTarget } from './fault-target.ts'
import type { SourceLine } from './source-lines.ts'

export type AttemptOptions = {
  readonly target: FaultTarget
  readonly catalog: object
  readonly lines: Iterable<SourceLine>
  /** After how many lines the source rests for some milliseconds, so that the sync lasts. */
  readonly linesPerRest: number
  readonly env: { readonly [name: string]: string }
  /** Called for every line that was handed to the process. */
  readonly onSent: (line: SourceLine) => void
  /** Called for every STATE line that came back. */
  readonly onState: (line: string) => void
}

export type AttemptResult = ConnectorRun & {
  readonly signal: NodeJS.Signals | null
  readonly stderr: string
  readonly failureType: string | undefined
  /** Whether the source could send all it had. */
  readonly isSourceDone: boolean
  /** What a process was doing that had not ended in time; `undefined` where it had. */
  readonly hang: string | undefined
}

type AttemptEvents = {
  /** A LOG message came; its number counts from 1. */
  log: [message: string, number: number]
  state: [number: number]
  sent: [number: number]
}

/** Nothing in these tests takes this long, unless it waits for something that will never come. */
const hangMilliseconds = 120_000

const restMilliseconds = 15

const reportMilliseconds = 3000

const root = fileURLToPath(new URL('../../', import.meta.url))

/** One run of the built executable over real pipes. Interruptions get hold of it through its events and methods. */
export class Attempt extends EventEmitter<AttemptEvents> {
  readonly child: ChildProcessWithoutNullStreams
  readonly #options: AttemptOptions
  /** Where a process that hangs writes what it is doing. */
  readonly #reports: string
  #isSourceStopped = false
  #lastLine = ''

  constructor(options: AttemptOptions, argv: readonly string[]) {
    super()
    this.#options = options
    const { target, env } = options
    const executable = join(root, 'bin', `destination-${target.name}.js`)
    this.#reports = join(dirname(argv.at(-1) ?? ''), 'reports')
    const reporting = ['--report-on-signal', `--report-directory=${this.#reports}`]
    this.child = spawn(process.execPath, [...reporting, executable, ...argv], {
      env: { ...process.env, LOG_LEVEL: 'DEBUG', ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    // What was still to be written to a process that ends early is of no interest.
    this.child.stdin.on('error', () => {})
  }

  /** The source breaks off; `text` is what it had begun to print. */
  stopSource(text = ''): void {
    this.#isSourceStopped = true
    this.#lastLine = text
  }

  /** Nobody reads the process's standard output any more. */
  closeOutput(): void {
    this.child.stdout.destroy()
  }

  async run(): Promise<AttemptResult> {
    const { child } = this
    const output = { stdout: [] as string[], stderr: [] as Buffer[] }
    const lines = child.stdout.pipe(split2())
    lines.on('data', (line: string) => {
      output.stdout.push(line)
      this.#report(line)
    })
    child.stderr.on('data', (chunk: Buffer) => output.stderr.push(chunk))
    child.stdout.on('error', () => {
      // Closed by an interruption.
    })
    const closed = once(child, 'close')
    let hang: Promise<string> | undefined
    const watchdog = setTimeout(() => {
      hang = this.#endHang()
    }, hangMilliseconds)
    const isSourceDone = await this.#feed(closed)
    const [code, signal] = (await closed) as [number | null, NodeJS.Signals | null]
    clearTimeout(watchdog)
    const run = parseOutput(code ?? -1, completeLines(output.stdout))
    const stderr = Buffer.concat(output.stderr).toString()
    return { ...run, signal, stderr, failureType: failureTypeOf(run), isSourceDone, hang: await hang }
  }

  #states = 0
  #logs = 0

  #report(line: string): void {
    if (line.startsWith('{"type":"LOG"')) {
      this.#logs += 1
      this.emit('log', line, this.#logs)
    } else if (line.includes('"STATE"')) {
      this.#states += 1
      this.#options.onState(line)
      this.emit('state', this.#states)
    }
  }

  /** Asks a process that hangs what it waits for, then ends it. */
  async #endHang(): Promise<string> {
    await mkdir(this.#reports, { recursive: true })
    this.child.kill('SIGUSR2')
    await sleep(reportMilliseconds)
    const [file] = await readdir(this.#reports)
    const report =
      file === undefined ? undefined : JSON.parse(await readFile(join(this.#reports, file), 'utf8'))
    this.child.kill('SIGKILL')
    if (report === undefined) return 'it made no report: its main thread was busy'
    const waits = report.libuv.filter((handle: { is_referenced?: boolean }) => handle.is_referenced === true)
    return JSON.stringify({ stack: report.javascriptStack?.stack, waits })
  }

  /** Returns whether everything was sent. */
  async #feed(closed: Promise<unknown>): Promise<boolean> {
    const { stdin } = this.child
    let sent = 0
    for (const item of this.#options.lines) {
      if (this.#isSourceStopped || !stdin.writable) break
      const hasRoom = stdin.write(`${item.line}\n`)
      this.#options.onSent(item)
      sent += 1
      this.emit('sent', sent)
      if (!hasRoom) await Promise.race([once(stdin, 'drain').catch(() => {}), closed])
      if (sent % this.#options.linesPerRest === 0) await Promise.race([sleep(restMilliseconds), closed])
    }
    const isWhole = !this.#isSourceStopped && stdin.writable
    stdin.end(this.#lastLine)
    return isWhole
  }
}

/** Writes the files of the command line, runs the process, and lets an interruption prepare for it. */
export async function runAttempt(
  options: AttemptOptions,
  prepare: (attempt: Attempt) => void,
): Promise<AttemptResult> {
  const directory = await mkdtemp(join(tmpdir(), 'landfall-faults-'))
  try {
    const [config, catalog] = [join(directory, 'config.json'), join(directory, 'catalog.json')]
    await writeFile(config, JSON.stringify(options.target.config))
    await writeFile(catalog, JSON.stringify(options.catalog))
    const attempt = new Attempt(options, ['write', '--config', config, '--catalog', catalog])
    prepare(attempt)
    return await attempt.run()
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** A process that was killed may have printed half a line; split2 hands it out as the last one. */
function completeLines(lines: readonly string[]): string {
  const last = lines.at(-1)
  const isWhole = last === undefined || last === '' || isJson(last)
  return (isWhole ? lines : lines.slice(0, -1)).join('\n')
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function failureTypeOf({ messages }: ConnectorRun): string | undefined {
  const trace = messages.find(({ type }) => type === 'TRACE') as
    | { readonly trace?: { readonly error?: { readonly failure_type?: string } } }
    | undefined
  return trace?.trace?.error?.failure_type
}
