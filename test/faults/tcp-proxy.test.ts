import { once } from 'node:events'
import { createServer, connect as dial, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { PatternCounter } from './pattern-counter.ts'
import { type ProxyFault, startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

/** A server that keeps what it gets and answers each chunk with `ok`, behind a proxy. */
async function setUp(faults: readonly ProxyFault[] = []) {
  const received: Buffer[] = []
  const server = createServer((socket) => {
    socket.on('error', () => {
      // The proxy resets it; that is what the tests are about.
    })
    socket.on('data', (chunk) => {
      received.push(chunk)
      socket.write('ok')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.')
  const proxy = await startTcpProxy({ host: '127.0.0.1', port: address.port })
  const [armed] = proxy.arm(faults)
  onTestFinished(async () => {
    await proxy[Symbol.asyncDispose]()
    server.close()
  })
  return { proxy, armed, text: () => Buffer.concat(received).toString() }
}

/** Sends and returns what comes back: bytes, or how the connection ended. */
async function exchange(socket: Socket, text: string): Promise<string> {
  socket.write(text)
  return new Promise((resolve) => {
    socket.once('data', (chunk: Buffer) => resolve(chunk.toString()))
    socket.once('error', (error: Error & { code?: string }) => resolve(error.code ?? error.message))
    socket.once('close', () => resolve('closed'))
  })
}

async function connect(proxy: TcpProxy): Promise<Socket> {
  const socket = dial(proxy.port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

const cut = { kind: 'cut' } as const

describe('the TCP proxy', () => {
  it('passes bytes on both ways while nothing is armed', async () => {
    const { proxy, text } = await setUp()
    const socket = await connect(proxy)
    expect(await exchange(socket, 'hello')).toBe('ok')
    expect(text()).toBe('hello')
    socket.destroy()
  })

  it('cuts before a text: it does not arrive', async () => {
    const trigger = { kind: 'text', text: 'COMMIT', occurrence: 2 } as const
    const { proxy, text } = await setUp([{ direction: 'toServer', trigger, moment: 'before', effect: cut }])
    const socket = await connect(proxy)
    expect(await exchange(socket, 'COMMIT one;')).toBe('ok')
    expect(await exchange(socket, 'two; COMMIT')).toBe('ECONNRESET')
    expect(text()).toBe('COMMIT one;two; ')
  })

  it('cuts after a text: it arrives, and its answer does not come back', async () => {
    const trigger = { kind: 'text', text: 'COMMIT', occurrence: 1 } as const
    const { proxy, text } = await setUp([{ direction: 'toServer', trigger, moment: 'after', effect: cut }])
    const socket = await connect(proxy)
    expect(await exchange(socket, 'one; COMMIT')).toBe('ECONNRESET')
    expect(text()).toBe('one; COMMIT')
  })

  it('cuts after a number of bytes, on the connection that was named', async () => {
    const trigger = { kind: 'bytes', count: 4 } as const
    const fault = { direction: 'toServer', trigger, moment: 'before', effect: cut, connection: 1 } as const
    const { proxy, armed } = await setUp([fault])
    const [first, second] = [await connect(proxy), await connect(proxy)]
    expect(await exchange(first, 'a long text')).toBe('ok')
    expect(armed?.hasFired).toBe(false)
    expect(await exchange(second, 'a long text')).toBe('ECONNRESET')
    expect(armed?.hasFired).toBe(true)
    first.destroy()
  })

  it('changes a byte', async () => {
    const trigger = { kind: 'bytes', count: 1 } as const
    const { proxy, text } = await setUp([
      { direction: 'toServer', trigger, moment: 'before', effect: { kind: 'corrupt' } },
    ])
    const socket = await connect(proxy)
    await exchange(socket, 'abc')
    expect(text()).toBe(`a${String.fromCharCode(0x62 ^ 0x55)}c`)
    socket.destroy()
  })

  it('stops reading for a while', async () => {
    const trigger = { kind: 'text', text: 'b', occurrence: 1 } as const
    const { proxy } = await setUp([
      { direction: 'toServer', trigger, moment: 'before', effect: { kind: 'stall', milliseconds: 300 } },
    ])
    const socket = await connect(proxy)
    const startedAt = performance.now()
    expect(await exchange(socket, 'abc')).toBe('ok')
    expect(performance.now() - startedAt).toBeGreaterThan(250)
    socket.destroy()
  })
})

describe('a pattern counter', () => {
  it.each([
    { chunks: ['COMMIT'], occurrence: 1, expected: [0] },
    { chunks: ['xxCOM', 'MITyy'], occurrence: 1, expected: [undefined, 0] },
    { chunks: ['COMMIT', 'COMMIT', 'a COMMIT'], occurrence: 3, expected: [undefined, undefined, 2] },
    { chunks: ['COMMITCOMMIT'], occurrence: 2, expected: [6] },
    { chunks: ['COMM', 'ENT', 'COMMIT'], occurrence: 1, expected: [undefined, undefined, 0] },
  ])('finds occurrence $occurrence in $chunks', ({ chunks, occurrence, expected }) => {
    const counter = new PatternCounter('COMMIT')
    expect(chunks.map((chunk) => counter.find(Buffer.from(chunk), 0, occurrence))).toEqual(expected)
  })
})
