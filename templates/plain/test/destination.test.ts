import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordLine, runCheckCommand, runWriteCommand, stateLine, statusLine } from 'landfall/testing'
import { expect, it, onTestFinished } from 'vitest'
import destination from '../src/index.ts'

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'landfall-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

it('has a specification', () => {
  expect(destination.spec().supported_destination_sync_modes).toContain('append')
})

// TODO(landfall): Add a configuration that must fail, for each mistake that users make.
it('checks a configuration', async () => {
  const { messages } = await runCheckCommand(destination, { directory: await temporaryDirectory() })
  expect(messages.at(-1)).toMatchObject({ connectionStatus: { status: 'SUCCEEDED' } })
})

it('writes records as they were sent, and answers a state behind them', async () => {
  const directory = await temporaryDirectory()
  const stream = { name: 'users', namespace: 'shop' }
  const run = await runWriteCommand(destination, {
    config: { directory },
    catalog: {
      streams: [
        {
          stream: { ...stream, json_schema: { type: 'object', properties: {} } },
          sync_mode: 'full_refresh',
          destination_sync_mode: 'append',
        },
      ],
    },
    input: [recordLine(stream, '{"id":9007199254740993}'), stateLine(stream, 1, 1), statusLine(stream)],
  })
  expect(run.errorMessage).toBeUndefined()
  expect(run.stateLines).toHaveLength(1)
  expect(await readFile(join(directory, 'shop.users.jsonl'), 'utf8')).toBe('{"id":9007199254740993}\n')
})
