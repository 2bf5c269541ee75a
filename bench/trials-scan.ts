import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Input } from './dataset.ts'
import { type Measurement, runProgram } from './run-process.ts'
import type { Trial } from './trial.ts'

/** How quickly records are told apart, against how quickly lines are. */
export function scanTrials(users: Input): readonly Trial[] {
  const facts = { records: users.records, bytes: users.bytes }
  return [
    {
      name: 'scan',
      isLimit: true,
      entries: [{ name: 'newline scan', ...facts }],
      // A line per record and state, and the status.
      run: async () => [await scan('lines', users, users.records + users.states + 1)],
    },
    {
      name: 'scan',
      entries: [{ name: 'scan and route', limit: 'newline scan', ...facts }],
      run: async () => [await scan('records', users, users.records)],
    },
  ]
}

const program = fileURLToPath(new URL('programs/scan-lines.ts', import.meta.url))

async function scan(kind: 'lines' | 'records', users: Input, expected: number): Promise<Measurement> {
  const { measurement, output } = await runProgram({
    command: execPath,
    arguments: [program, kind],
    inputPaths: [users.path, users.statusPath],
  })
  if (Number(output) !== expected) throw new Error(`Found ${output.trim()} ${kind} of ${expected}.`)
  return measurement
}
