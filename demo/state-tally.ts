/** What a sync's states say once it is over. */
export type StateReport = {
  readonly sent: number
  readonly returned: number
  /** States that came back changed, out of order, unasked, or with another number of records. */
  readonly mismatches: number
}

/**
 * Compares the states that come back with those that were sent. A state that comes back promises that the
 * records before it are stored, so the destination's own count of them must be the source's.
 */
export class StateTally {
  /** Per stream: the states that are still out, oldest first. */
  readonly #waiting = new Map<string, StateMessage[]>()
  #sent = 0
  #returned = 0
  #mismatches = 0

  addSent(line: string): void {
    const message = parseState(line)
    if (message === undefined) throw new Error('the demo sent a state that is none')
    this.#sent += 1
    const waiting = this.#waiting.get(message.stream) ?? []
    this.#waiting.set(message.stream, [...waiting, message])
  }

  addReturned(line: string): void {
    const message = parseState(line)
    this.#returned += 1
    const expected = message && this.#waiting.get(message.stream)?.shift()
    if (message === undefined || expected === undefined || !answers(message, expected)) this.#mismatches += 1
  }

  report(): StateReport {
    return { sent: this.#sent, returned: this.#returned, mismatches: this.#mismatches }
  }
}

type StateMessage = {
  readonly stream: string
  readonly id: number
  readonly content: string
  readonly sourceCount: number
  /** Absent in the states of sources. */
  readonly destinationCount: number | undefined
}

function answers(returned: StateMessage, sent: StateMessage): boolean {
  return (
    returned.id === sent.id &&
    returned.content === sent.content &&
    returned.sourceCount === sent.sourceCount &&
    returned.destinationCount === sent.sourceCount
  )
}

function parseState(line: string): StateMessage | undefined {
  const state = readObject(readObject(JSON.parse(line)).state)
  const stream = readObject(state.stream)
  const { name } = readObject(stream.stream_descriptor)
  const sourceCount = readObject(state.sourceStats).recordCount
  const destinationCount = readObject(state.destinationStats).recordCount
  if (typeof name !== 'string' || typeof state.id !== 'number' || typeof sourceCount !== 'number') return
  return {
    stream: name,
    id: state.id,
    content: JSON.stringify(stream.stream_state),
    sourceCount,
    destinationCount: typeof destinationCount === 'number' ? destinationCount : undefined,
  }
}

function readObject(value: unknown): { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
