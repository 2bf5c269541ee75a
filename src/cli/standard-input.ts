import { fstatSync, read } from 'node:fs'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import type { InputChunks } from '../pipeline/input-chunks.ts'

/** What a pipe holds on Linux. */
const chunkBytes = 65_536

/**
 * Standard input into one piece of memory, again and again. Node's own stream takes new memory for each chunk, which
 * after a gigabyte is a hundred megabytes that the garbage collector has not come to yet.
 * @param openOther for what is neither a pipe, nor a socket, nor a file, such as a terminal
 */
export function openStandardInput(descriptor: number, openOther: () => Readable): InputChunks {
  const kind = fstatSync(descriptor)
  if (kind.isFIFO() || kind.isSocket()) return new PipeInput(descriptor)
  return kind.isFile() ? new FileInput(descriptor) : openOther()
}

class PipeInput implements InputChunks, AsyncIterator<Buffer> {
  readonly #chunk = Buffer.allocUnsafeSlow(chunkBytes)
  readonly #socket: Socket
  #asked: PromiseWithResolvers<IteratorResult<Buffer>> | undefined
  /** What came before anybody asked: a socket may read once as soon as it is there. */
  readonly #early: Buffer[] = []
  #hasEnded = false
  #error: Error | undefined

  constructor(descriptor: number) {
    this.#socket = new Socket({
      fd: descriptor,
      readable: true,
      writable: false,
      onread: {
        buffer: this.#chunk,
        callback: (bytes) => {
          const chunk = this.#chunk.subarray(0, bytes)
          if (this.#asked === undefined) this.#early.push(Buffer.from(chunk))
          this.#answer({ done: false, value: chunk })
          // Nothing more before somebody asks: the memory is in use.
          return false
        },
      },
    })
    this.#socket.on('error', (error) => {
      this.#error = error
    })
    this.#socket.on('close', () => this.#end())
    this.#socket.on('end', () => this.#end())
  }

  next(): Promise<IteratorResult<Buffer>> {
    const early = this.#early.shift()
    if (early !== undefined) return Promise.resolve({ done: false, value: early })
    if (this.#error !== undefined) return Promise.reject(this.#error)
    if (this.#hasEnded) return Promise.resolve(over)
    this.#asked = Promise.withResolvers()
    this.#socket.resume()
    return this.#asked.promise
  }

  async return(): Promise<IteratorResult<Buffer>> {
    this.destroy()
    return over
  }

  [Symbol.asyncIterator](): AsyncIterator<Buffer> {
    return this
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #end(): void {
    this.#hasEnded = true
    if (this.#error === undefined) this.#answer(over)
    else this.#asked?.reject(this.#error)
  }

  #answer(result: IteratorResult<Buffer>): void {
    this.#asked?.resolve(result)
    this.#asked = undefined
  }
}

const over: IteratorResult<Buffer> = { done: true, value: undefined }

const readDescriptor = promisify(read)

class FileInput implements InputChunks {
  readonly #descriptor: number
  #isDestroyed = false

  constructor(descriptor: number) {
    this.#descriptor = descriptor
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const chunk = Buffer.allocUnsafeSlow(chunkBytes)
    while (!this.#isDestroyed) {
      const { bytesRead } = await readDescriptor(this.#descriptor, chunk, 0, chunkBytes, null)
      if (bytesRead === 0) return
      yield chunk.subarray(0, bytesRead)
    }
  }

  destroy(): void {
    this.#isDestroyed = true
  }
}
