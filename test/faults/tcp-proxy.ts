import { once } from 'node:events'
import { createServer, connect as dial, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { PatternCounter } from './pattern-counter.ts'

export type Direction = 'toServer' | 'toClient'

/** When a fault happens: where a number of bytes has passed, or where a text passes for the nth time. */
export type Trigger =
  | { readonly kind: 'bytes'; readonly count: number }
  | { readonly kind: 'text'; readonly text: string; readonly occurrence: number }

export type Effect =
  /** Resets both sides (RST), and runs `first` before that. */
  | { readonly kind: 'cut'; readonly first?: () => void }
  /** Reads nothing more from this side for a while. */
  | { readonly kind: 'stall'; readonly milliseconds: number }
  /** Changes the next byte. */
  | { readonly kind: 'corrupt' }
  | { readonly kind: 'call'; readonly call: () => void }

export type ProxyFault = {
  readonly direction: Direction
  readonly trigger: Trigger
  /**
   * `before`: the text does not arrive. `after`: it arrives; towards the server, the answer to it was
   * given, but does not come back. Only cuts know the difference.
   */
  readonly moment: 'before' | 'after'
  readonly effect: Effect
  /** Which connection since `arm`, from 0; absent for all of them together. */
  readonly connection?: number
}

/** What can be seen of an armed fault from outside. */
export type ArmedFault = { readonly hasFired: boolean }

export type TcpProxy = AsyncDisposable & {
  readonly port: number
  /** Replaces what was armed before; bytes, texts and connections are counted from here on. */
  arm(faults: readonly ProxyFault[]): readonly ArmedFault[]
  /** How long every chunk is held back from now on, in milliseconds. */
  delay(milliseconds: number): void
  /** Resets every connection that is open. */
  cutAll(): void
}

/** Stands between a client and a server on this machine and does harm as it is told. */
export async function startTcpProxy(target: {
  readonly host: string
  readonly port: number
}): Promise<TcpProxy> {
  const state: ProxyState = { faults: [], connections: 0, delay: 0 }
  const open = new Set<Connection>()
  const server = createServer((client) => {
    const far = dial(target)
    // No delay but those that are asked for.
    for (const socket of [client, far]) socket.setNoDelay(true)
    const connection = new Connection(client, far, state)
    open.add(connection)
    void connection.closed.then(() => open.delete(connection))
  })
  const port = await listen(server)
  const cutAll = () => {
    for (const connection of open) connection.cut()
  }
  return {
    port,
    arm: (faults) => {
      const armed = faults.map((fault) => new Armed(fault))
      state.faults = armed
      state.connections = 0
      return armed
    },
    delay: (milliseconds) => {
      state.delay = milliseconds
    },
    cutAll,
    [Symbol.asyncDispose]: async () => {
      server.close()
      cutAll()
      await Promise.all([...open].map(({ closed }) => closed))
    },
  }
}

type ProxyState = { faults: readonly Armed[]; connections: number; delay: number }

/** A fault with what it has counted so far, over all connections that it looks at. */
class Armed implements ArmedFault {
  readonly fault: ProxyFault
  hasFired = false
  readonly #counter: PatternCounter
  #bytes = 0

  constructor(fault: ProxyFault) {
    this.fault = fault
    this.#counter = new PatternCounter(fault.trigger.kind === 'text' ? fault.trigger.text : '')
  }

  /** The position in the chunk at which the fault happens now, if it does. */
  look(chunk: Buffer, direction: Direction, connection: number): number | undefined {
    const { trigger, fault } = { trigger: this.fault.trigger, fault: this.fault }
    if (this.hasFired || fault.direction !== direction) return undefined
    if (fault.connection !== undefined && fault.connection !== connection) return undefined
    const position =
      trigger.kind === 'bytes'
        ? this.#lookForBytes(chunk, trigger.count)
        : this.#counter.find(chunk, connection, trigger.occurrence)
    this.hasFired = position !== undefined
    return position
  }

  #lookForBytes(chunk: Buffer, count: number): number | undefined {
    const position = count - this.#bytes
    this.#bytes += chunk.length
    return position < chunk.length ? Math.max(0, position) : undefined
  }
}

class Connection {
  readonly closed: Promise<unknown>
  readonly #client: Socket
  readonly #server: Socket
  readonly #state: ProxyState
  readonly #index: number
  /** Set once the server's next bytes must not come back; they run it. */
  #onAnswer: (() => void) | undefined

  constructor(client: Socket, server: Socket, state: ProxyState) {
    this.#client = client
    this.#server = server
    this.#state = state
    this.#index = state.connections
    state.connections += 1
    this.closed = Promise.all([
      this.#pump('toServer', client, server),
      this.#pump('toClient', server, client),
    ])
  }

  cut(): void {
    this.#client.resetAndDestroy()
    this.#server.resetAndDestroy()
  }

  /** Reads on only when the other side has taken what came before, as a wire would. */
  async #pump(direction: Direction, from: Socket, to: Socket): Promise<void> {
    from.setNoDelay(true)
    try {
      for await (const chunk of from) {
        if (this.#state.delay > 0) await sleep(this.#state.delay)
        if (direction === 'toClient' && this.#onAnswer !== undefined) {
          this.#onAnswer()
          return
        }
        const rest = await this.#applyFaults(direction, chunk, to)
        if (rest === undefined) return
        await send(to, rest)
      }
      to.end()
    } catch {
      // A side that resets or vanishes takes the other one with it; the client and the server report it.
      this.cut()
    }
  }

  /** What is left to forward, or undefined where the connection is no more. */
  async #applyFaults(direction: Direction, chunk: Buffer, to: Socket): Promise<Buffer | undefined> {
    for (const armed of this.#state.faults) {
      const position = armed.look(chunk, direction, this.#index)
      if (position === undefined) continue
      const { effect, moment } = armed.fault
      if (effect.kind === 'cut') {
        const finish = () => {
          effect.first?.()
          this.cut()
        }
        if (moment === 'after' && direction === 'toServer') this.#onAnswer = finish
        await send(to, moment === 'before' ? chunk.subarray(0, position) : chunk)
        // Leaving the loop would end the connection in the polite way before the answer is there.
        if (this.#onAnswer !== undefined) return Buffer.alloc(0)
        finish()
        return undefined
      }
      if (effect.kind === 'call') effect.call()
      if (effect.kind === 'stall') await sleep(effect.milliseconds)
      if (effect.kind === 'corrupt') chunk[position] = (chunk[position] ?? 0) ^ 0x55
    }
    return chunk
  }
}

/** A socket that is gone never drains; whoever reads from it finds that out. */
async function send(to: Socket, bytes: Buffer): Promise<void> {
  if (bytes.length === 0 || to.write(bytes) || to.destroyed) return
  const settled = new AbortController()
  const { signal } = settled
  try {
    await Promise.race([once(to, 'drain', { signal }), once(to, 'close', { signal })])
  } finally {
    settled.abort()
  }
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The proxy has no port.')
  return address.port
}
