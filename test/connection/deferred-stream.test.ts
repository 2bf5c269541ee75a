import { once } from 'node:events'
import { Duplex, PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { DeferredStream } from '../../src/connection/deferred-stream.ts'

it('keeps what is written until the way is open, and its order', async () => {
  const { promise, resolve } = Promise.withResolvers<Duplex>()
  const stream = new DeferredStream(promise)
  for (let index = 0; index < 100; index += 1) stream.write(`${index},`)
  resolve(new PassThrough())
  stream.end()
  const chunks: unknown[] = []
  for await (const chunk of stream) chunks.push(chunk)
  expect(chunks.join('')).toBe(Array.from({ length: 100 }, (_, index) => `${index},`).join(''))
})

it('fails with the reason where the way does not open, and where it breaks', async () => {
  const reason = new Error('no way')
  const unopened = new DeferredStream(Promise.reject(reason))
  expect(await once(unopened, 'error')).toEqual([reason])
  const inner = new PassThrough()
  const broken = new DeferredStream(Promise.resolve(inner))
  const failed = once(broken, 'error')
  setImmediate(() => inner.destroy(reason))
  expect(await failed).toEqual([reason])
})

it('closes a way that opens when nobody waits any more', async () => {
  const { promise, resolve } = Promise.withResolvers<Duplex>()
  new DeferredStream(promise).destroy()
  const inner = new PassThrough()
  const closed = once(inner, 'close')
  resolve(inner)
  await closed
  expect(inner.destroyed).toBe(true)
})

it('asks the far end to wait while nobody reads', async () => {
  let reads = 0
  const endless = new Duplex({
    read() {
      reads += 1
      this.push(Buffer.alloc(16_384))
    },
    write: (_chunk, _encoding, done) => done(),
  })
  const stream = new DeferredStream(Promise.resolve(endless))
  stream.once('data', () => stream.pause())
  await new Promise((resolve) => setTimeout(resolve, 100))
  const before = reads
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(reads).toBe(before)
  expect(reads).toBeLessThan(100)
  stream.destroy()
})
