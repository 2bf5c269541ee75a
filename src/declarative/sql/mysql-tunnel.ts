import type { Duplex } from 'node:stream'
import { DeferredStream } from '../../connection/deferred-stream.ts'
import type { SshTunnel } from '../../connection/ssh-tunnel.ts'
import { DestinationError } from '../../errors.ts'

/** How long a connection may take with a tunnel in front: both servers together. The driver's own limit is 10 s. */
export const tunnelConnectMilliseconds = 120_000

/**
 * Gives mysql2 its streams through a tunnel. The driver makes errors of its own of theirs, which keep the words
 * but nothing else, so the last one is remembered.
 */
export class MysqlTunnel implements AsyncDisposable {
  readonly #tunnel: SshTunnel
  readonly #place: { readonly host: string; readonly port: number }
  #lastFailure: DestinationError | undefined

  constructor(tunnel: SshTunnel, place: { readonly host: string; readonly port: number }) {
    this.#tunnel = tunnel
    this.#place = place
  }

  /** For the driver's option of the same name. */
  readonly stream = (): Duplex => {
    const { host, port } = this.#place
    const stream = new DeferredStream(this.#tunnel.connect(host, port))
    stream.on('error', (error) => {
      if (DestinationError.is(error)) this.#lastFailure = error
    })
    return stream
  }

  /** The tunnel's own error behind one of the driver's; other errors stay as they are. */
  recall(error: unknown): unknown {
    const failure = this.#lastFailure
    return failure !== undefined && error instanceof Error && error.message === failure.message
      ? failure
      : error
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tunnel[Symbol.asyncDispose]()
  }
}
