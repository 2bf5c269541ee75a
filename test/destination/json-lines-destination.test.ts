import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { recordLine, runCheckCommand, runWriteCommand, stateLine, statusLine } from 'landfall/testing'
import { expect, it, onTestFinished } from 'vitest'
import { JsonLinesDestination } from './json-lines-destination.ts'

const users = { name: 'users' }
const orders = { name: 'orders', namespace: 'shop' }

const catalog = {
  streams: [users, orders].map((stream) => ({
    stream: { ...stream, json_schema: { type: 'object', properties: {} } },
    sync_mode: 'full_refresh',
    destination_sync_mode: 'append',
  })),
}

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'landfall-json-lines-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

it('is a whole destination in less than 60 lines', async () => {
  const source = fileURLToPath(new URL('./json-lines-destination.ts', import.meta.url))
  expect((await readFile(source, 'utf8')).trimEnd().split('\n').length).toBeLessThan(60)
})

it('writes every record exactly as it was sent, and releases the states', async () => {
  const directory = await temporaryDirectory()
  const run = await runWriteCommand(new JsonLinesDestination(), {
    config: { directory },
    catalog,
    input: [
      recordLine(users, '{"id":9007199254740993,"x":1.0}'),
      recordLine(orders, '{"id":1}'),
      stateLine(users, 1, 1),
      recordLine(users, '{"id":2}'),
      stateLine(users, 2, 1),
      stateLine(orders, 3, 1),
      statusLine(users),
    ],
  })
  expect(run.errorMessage).toBeUndefined()
  expect(run.exitCode).toBe(0)
  expect(await readFile(join(directory, 'users.jsonl'), 'utf8')).toBe(
    '{"id":9007199254740993,"x":1.0}\n{"id":2}\n',
  )
  expect(await readFile(join(directory, 'orders.jsonl'), 'utf8')).toBe('{"id":1}\n')
  expect(run.stateLines.map((line) => JSON.parse(line).state.id).toSorted()).toEqual([1, 2, 3])
})

it('reports a configuration that it cannot use', async () => {
  const run = await runCheckCommand(new JsonLinesDestination(), { directory: '/dev/null/nowhere' })
  expect(run.messages).toEqual([
    {
      type: 'CONNECTION_STATUS',
      connectionStatus: { status: 'FAILED', message: '`/dev/null/nowhere` is not a directory to write to.' },
    },
  ])
})

it('names every field of a configuration that is wrong', async () => {
  const run = await runCheckCommand(new JsonLinesDestination(), { directory: 5 })
  expect(JSON.stringify(run.messages)).toContain('`directory`: ')
})
