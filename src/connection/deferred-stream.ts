import { Duplex } from 'node:stream'

/**
 * A stream that can be handed out before the way to its far end is open: for drivers that want a stream at
 * once. What is written meanwhile waits; where the way does not open, the stream fails with the reason.
 */
export class DeferredStream extends Duplex {
  readonly #inner: Promise<Duplex>

  constructor(inner: Promise<Duplex>) {
    super({ allowHalfOpen: false })
    this.#inner = inner
    inner.then(
      (stream) => this.#follow(stream),
      (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
    )
  }

  #follow(stream: Duplex): void {
    // Nobody waits any more.
    if (this.destroyed) {
      stream.destroy()
      return
    }
    stream.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) stream.pause()
    })
    stream.once('end', () => this.push(null))
    stream.once('error', (error) => this.destroy(error))
    stream.once('close', () => this.destroy())
  }

  override _read(): void {
    this.#withInner((stream) => stream.resume())
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#withInner((stream) => stream.write(chunk, done))
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#withInner((stream) => stream.end())
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#withInner((stream) => stream.destroy())
    done(error)
  }

  #withInner(action: (stream: Duplex) => void): void {
    this.#inner.then(action, () => {
      // The constructor has told the user of this stream.
    })
  }
}
