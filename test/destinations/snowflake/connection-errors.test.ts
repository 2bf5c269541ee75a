import { once } from 'node:events'
import { createServer, request as forward } from 'node:http'
import { recordLine, runCheckCommand, runWriteCommand, statusLine } from 'landfall/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import destination from '../../../destinations/snowflake/index.ts'
import { findFreePort } from '../../support/free-port.ts'
import { SnowflakeDouble } from '../../support/snowflake-double/server.ts'
import { unreachablePlaces } from '../../support/unreachable-places.ts'

let double: SnowflakeDouble
beforeAll(async () => {
  double = await SnowflakeDouble.start()
})
afterAll(() => double?.[Symbol.asyncDispose]())

const answer = async (config: unknown) => {
  const { messages } = await runCheckCommand(destination, config)
  const [message] = messages.filter(({ type }) => type === 'CONNECTION_STATUS')
  return message?.connectionStatus as { readonly status: string; readonly message: string }
}

it.each(unreachablePlaces)('check names the stage: $case', async ({ stage, says, use }) => {
  const startedAt = performance.now()
  const status = await use((host) => answer({ ...double.config, host }))
  expect(status.status).toBe('FAILED')
  expect(status.message).toContain(`Connecting failed at the stage ${stage}. `)
  expect(status.message).toContain(says)
  // The driver alone would try for minutes.
  expect(performance.now() - startedAt).toBeLessThan(30_000)
})

it('check names the stage: a refused password', async () => {
  const credentials = { auth_type: 'Username and Password', password: 'x-secret' }
  const { message } = await answer({ ...double.config, credentials })
  expect(message).toContain('Connecting failed at the stage database login. ')
  expect(message).toContain('Check `username` and `credentials`.')
  expect(message).not.toContain('x-secret')
})

it('check succeeds where the server is too busy for the first logins', async () => {
  let busyAnswers = 2
  const front = createServer(async (request, response) => {
    if (request.url?.includes('login-request') && busyAnswers > 0) {
      busyAnswers -= 1
      response.writeHead(503).end('busy')
      return
    }
    const { method = 'GET', headers } = request
    const { hostname, port } = new URL(double.url)
    const passedOn = forward({ hostname, port, path: request.url, method, headers }, (answered) => {
      response.writeHead(answered.statusCode ?? 500, answered.headers)
      answered.pipe(response)
    })
    request.pipe(passedOn)
  }).listen(0, '127.0.0.1')
  await once(front, 'listening')
  const address = front.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { status } = await answer({ ...double.config, host: `http://127.0.0.1:${port}` })
  front.closeAllConnections()
  front.close()
  expect({ status, busyAnswers }).toEqual({ status: 'SUCCEEDED', busyAnswers: 0 })
})

it('check says which host the driver does not take', async () => {
  const { message } = await answer({ ...double.config, host: 'https://a..b' })
  expect(message).toContain('The driver of Snowflake does not take the configuration: Invalid account.')
  expect(message).toContain('Check `host`')
})

it('a sync says the same, and that settings must change', async () => {
  const users = { name: 'users', namespace: 'shop' }
  const catalog = {
    streams: [
      {
        stream: { ...users, json_schema: { type: 'object', properties: {} } },
        sync_mode: 'full_refresh',
        destination_sync_mode: 'append',
        generation_id: 1,
        minimum_generation_id: 0,
        sync_id: 1,
      },
    ],
  }
  const input = [recordLine(users, { id: 1 }), statusLine(users)]
  const host = `https://127.0.0.1:${await findFreePort()}`
  const run = await runWriteCommand(destination, { config: { ...double.config, host }, catalog, input })
  expect(run.exitCode).toBe(1)
  expect(run.errorMessage).toContain('stage TCP. Nothing accepts connections at `127.0.0.1:')
  expect(run.stdout).toContain('"failure_type":"config_error"')
})
