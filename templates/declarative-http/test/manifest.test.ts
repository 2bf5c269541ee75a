import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { loadDeclarativeDestination } from 'landfall'
import { recordLine, runCheckCommand, runWriteCommand, stateLine, statusLine } from 'landfall/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'

// TODO(landfall): Let this service answer as the real one does.
const received: unknown[] = []
const server = createServer(async (request, response) => {
  if (request.headers.authorization !== 'Bearer secret') response.writeHead(401).end()
  else if (request.method === 'GET') response.end()
  else {
    received.push(await json(request))
    response.end('{"rejected":[]}')
  }
})
const destination = await loadDeclarativeDestination(join(import.meta.dirname, '..', 'manifest.yaml'))
let url = ''

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})
afterAll(() => void server.close())

it('has a specification', () => {
  expect(destination.spec().supported_destination_sync_modes).toContain('append')
})

it.each([
  ['secret', 'SUCCEEDED'],
  ['wrong', 'FAILED'],
])('checks the token: %s', async (token, status) => {
  const { messages } = await runCheckCommand(destination, { url, token })
  expect(messages.at(-1)).toMatchObject({ type: 'CONNECTION_STATUS', connectionStatus: { status } })
})

it('sends records, and answers a state behind them', async () => {
  const stream = { name: 'users' }
  const run = await runWriteCommand(destination, {
    config: { url, token: 'secret' },
    catalog: {
      streams: [
        {
          stream: { ...stream, json_schema: { type: 'object', properties: {} } },
          sync_mode: 'full_refresh',
          destination_sync_mode: 'append',
        },
      ],
    },
    input: [recordLine(stream, { id: 1 }), stateLine(stream, 1, 1), statusLine(stream)],
  })
  expect(run.errorMessage).toBeUndefined()
  expect(run.stateLines).toHaveLength(1)
  expect(received).toEqual([[{ id: 1 }]])
})
