import { recordLine, stateLine, statusLine } from '../src/testing/messages.ts'
import { LineFile } from './line-file.ts'
import { finalName, namespace } from './tables.ts'

/** AirbyteMessages. */
export type Input = {
  /** The records and their states. */
  readonly path: string
  /** The streams' statuses, which end the input. */
  readonly statusPath: string
  readonly records: number
  /** Of records and states, so that figures of all programs count the same bytes. */
  readonly bytes: number
  readonly states: number
}

export const stream = { name: finalName, namespace } as const

const recordsPerState = 10_000

/** Messages of one stream: a state after each 10,000 records and after the last; the status goes into a file of its own. */
export class MessageFile implements Disposable {
  readonly #file: LineFile
  #records = 0
  #states = 0

  constructor(path: string) {
    this.#file = new LineFile(path)
  }

  writeRecord(data: string, emittedAt: number): void {
    this.#file.writeLine(recordLine(stream, data, { emittedAt }))
    this.#records += 1
    if (this.#records % recordsPerState === 0) this.#writeState(recordsPerState)
  }

  finish(): Input {
    this.#writeState(this.#records % recordsPerState)
    const { path, byteLength: bytes } = this.#file
    using status = new LineFile(statusPathOf(path))
    status.writeLine(statusLine(stream))
    return { path, statusPath: status.path, records: this.#records, bytes, states: this.#states }
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]()
  }

  #writeState(records: number): void {
    this.#states += 1
    this.#file.writeLine(stateLine(stream, this.#states, records))
  }
}

export function statusPathOf(path: string): string {
  return `${path}.status`
}
