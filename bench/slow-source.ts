import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { stateLine, statusLine } from '../src/testing/messages.ts'
import { stream } from './message-file.ts'
import type { Program } from './run-process.ts'

export type SlowSourceOptions = {
  /** The destination. */
  readonly program: Program
  /** RECORD lines. The first is sent ahead, until the destination has shown that it is ready. */
  readonly records: readonly string[]
  /** From one record, with its state, to the next. */
  readonly intervalMilliseconds: number
}

/**
 * Sends a record and a state from time to time, and returns for each state how many seconds it took to come
 * back: all but the first, which waits for the start of the destination, too.
 */
export async function measureStateLatencies(options: SlowSourceOptions): Promise<readonly number[]> {
  const { program, records, intervalMilliseconds } = options
  const child = spawn(program.command, program.arguments, {
    env: { ...process.env, ...program.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close')
  const errorOutput: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text: string) => errorOutput.push(text))
  // A destination that ends early closes its input; its exit code is reported instead.
  child.stdin.on('error', () => {})
  const clock = new StateClock()
  createInterface({ input: child.stdout }).on('line', (line) => clock.receive(line))
  const send = (index: number) => {
    clock.start(index + 1)
    child.stdin.write(`${records[index] ?? ''}\n${stateLine(stream, index + 1, 1)}\n`)
  }
  try {
    send(0)
    await Promise.race([clock.firstState, ended])
    const startedAt = performance.now()
    for (let index = 1; index < records.length; index += 1) {
      await sleep(startedAt + index * intervalMilliseconds - performance.now())
      send(index)
    }
    child.stdin.end(`${statusLine(stream)}\n`)
    const [code] = await ended
    if (code !== 0) throw new Error(`The destination ended with exit code ${code}:\n${errorOutput.join('')}`)
  } finally {
    child.kill()
  }
  return clock.secondsOfAll(records.length).slice(1)
}

/** Knows when each state was sent and when it came back, by its `id`. */
class StateClock {
  readonly firstState: Promise<void>
  readonly #sentAt = new Map<number, number>()
  readonly #seconds = new Map<number, number>()
  readonly #unasked: number[] = []
  #announceFirst: () => void = () => {}

  constructor() {
    this.firstState = new Promise((resolve) => {
      this.#announceFirst = resolve
    })
  }

  start(id: number): void {
    this.#sentAt.set(id, performance.now())
  }

  receive(line: string): void {
    if (!line.startsWith('{"type":"STATE"')) return
    const id = Number(JSON.parse(line).state.id)
    const sentAt = this.#sentAt.get(id)
    if (sentAt === undefined || this.#seconds.has(id)) this.#unasked.push(id)
    else this.#seconds.set(id, (performance.now() - sentAt) / 1000)
    this.#announceFirst()
  }

  secondsOfAll(count: number): readonly number[] {
    const seconds = [...this.#seconds.values()]
    if (this.#unasked.length > 0)
      throw new Error(`States came unasked or twice: ${this.#unasked.join(', ')}.`)
    if (seconds.length !== count) throw new Error(`${seconds.length} states of ${count} came back.`)
    return seconds
  }
}
