import { Duplex } from 'node:stream'

/** What the SSH driver's channel and this stream need of each other. */
export type Channel = Duplex & { close(): void }

/**
 * A channel of an SSH connection that behaves like a socket which is already connected: drivers that expect
 * a `net.Socket` can use it. The driver's own channel cannot be destroyed with an error, which is how users
 * of a broken tunnel learn what happened.
 */
export class ForwardedStream extends Duplex {
  readonly #channel: Channel

  constructor(channel: Channel) {
    super({ allowHalfOpen: false })
    this.#channel = channel
    channel.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) channel.pause()
    })
    channel.once('end', () => this.push(null))
    channel.once('error', (error: Error) => this.destroy(error))
  }

  /** The channel is open, so this only tells the driver to begin. */
  connect(): this {
    setImmediate(() => {
      if (!this.destroyed) this.emit('connect')
    })
    return this
  }

  /** Packets of a tunnel are sent at once, and kept alive by the tunnel itself. */
  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  override _read(): void {
    this.#channel.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#channel.write(chunk, done)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#channel.end()
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#channel.close()
    // TLS on top of this stream closes it before it says why it failed; that must come first.
    setImmediate(() => done(error))
  }
}
