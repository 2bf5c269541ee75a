import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Message } from '../../demo/messages.ts'
import { DestinationFailure, runDestination } from '../../demo/run-destination.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'landfall-demo-run-'))
})

afterAll(async () => {
  await rm(folder, { recursive: true })
})

/** Runs a script in the connector's place. */
async function run(script: string, messages: Iterable<Message> = manyRecords(1)) {
  const executable = join(folder, 'destination.mjs')
  await writeFile(executable, script)
  const warnings: string[] = []
  const progress = await runDestination({
    executable,
    configPath: 'config.json',
    catalogPath: 'catalog.json',
    messages,
    onProgress: () => {},
    onWarning: (message) => warnings.push(message),
  })
  return { progress, warnings }
}

function* manyRecords(count: number, onRecord: () => void = () => {}): Generator<Message> {
  for (let index = 0; index < count; index += 1) {
    onRecord()
    yield { kind: 'record', line: JSON.stringify({ type: 'RECORD', record: { index } }) }
  }
}

const readAll = 'for await (const chunk of process.stdin) void chunk\n'

describe('runDestination', () => {
  it('starts `write` with both files and sends every message', async () => {
    const { progress, warnings } = await run(
      `let bytes = 0
      for await (const chunk of process.stdin) bytes += chunk.length
      const message = process.argv.slice(2).join(' ') + ' ' + bytes
      console.log(JSON.stringify({ type: 'LOG', log: { level: 'WARN', message } }))`,
      manyRecords(3),
    )
    expect(progress).toMatchObject({ records: 3, bytes: 117, hasSentAll: true })
    expect(warnings).toEqual(['write --config config.json --catalog catalog.json 117'])
  })

  it('passes on warnings, and keeps ordinary lines of the log to itself', async () => {
    const { warnings } = await run(
      `${readAll}
      for (const level of ['INFO', 'WARN', 'ERROR', 'DEBUG'])
        console.log(JSON.stringify({ type: 'LOG', log: { level, message: level.toLowerCase() } }))`,
    )
    expect(warnings).toEqual(['warn', 'error'])
  })

  it('fails with the message of the TRACE', async () => {
    const trace = { type: 'ERROR', error: { message: 'The disk is full.' } }
    const script = `${readAll} console.log(${JSON.stringify(JSON.stringify({ type: 'TRACE', trace }))}); process.exitCode = 1`
    await expect(run(script)).rejects.toThrow(new DestinationFailure('The disk is full.'))
  })

  it('fails with the last words of a process that sends no TRACE', async () => {
    await expect(run(`console.error('no such module'); process.exitCode = 1`)).rejects.toThrow(
      'no such module',
    )
  })

  it('fails with the exit code where there are no words at all', async () => {
    await expect(run('process.exit(3)')).rejects.toThrow('exit code 3')
  })

  it('sends no more than the pipe holds to a process that does not read', async () => {
    let sent = 0
    const messages = manyRecords(1_000_000, () => {
      sent += 1
    })
    await expect(run('setTimeout(() => process.exit(1), 500)', messages)).rejects.toThrow(DestinationFailure)
    expect(sent).toBeGreaterThan(0)
    expect(sent).toBeLessThan(20_000)
  })
})
