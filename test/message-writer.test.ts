import { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createMessageWriter } from '../src/message-writer.ts'

const options = { now: () => 0, redact: (text: string) => text }

/** Takes each line after a while, and never has so many waiting that it would ask to pause. */
function slowOutput(lines: string[], error?: Error): Writable {
  return new Writable({
    write: (chunk, _encoding, done) => {
      void sleep(20).then(() => {
        if (String(chunk) !== '') lines.push(String(chunk))
        done(error)
      })
    },
  })
}

it('flush waits for an output that takes its time, also where little is waiting', {
  timeout: 5000,
}, async () => {
  const lines: string[] = []
  const writer = createMessageWriter({ ...options, output: slowOutput(lines) })
  writer.log('INFO', 'first')
  writer.log('INFO', 'second')
  await writer.flush()
  expect(lines).toHaveLength(2)
  await writer.flush()
})

it('flush throws where the reader is gone', { timeout: 5000 }, async () => {
  const writer = createMessageWriter({ ...options, output: slowOutput([], new Error('EPIPE')) })
  writer.log('INFO', 'first')
  await expect(writer.flush()).rejects.toMatchObject({ code: 'INTERRUPTED' })
})
