import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Goal } from './goal.ts'
import type { Input } from './message-file.ts'
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
      entries: [{ name: 'scan and route', limit: 'newline scan', goal, ...facts }],
      run: async () => [await scan('records', users, users.records)],
    },
  ]
}

/** What the scanner is to reach on one core. */
const goal: Goal = { kind: 'speed', minimumBytesPerSecond: 350e6 }

const program = fileURLToPath(new URL('programs/scan-lines.ts', import.meta.url))

async function scan(kind: 'lines' | 'records', users: Input, expected: number): Promise<Measurement> {
  const { measurement, output } = await runProgram({
    command: execPath,
    arguments: [program, kind],
    inputPaths: [users.path, users.statusPath],
  })
  const [count, seconds] = output.split(' ').map(Number)
  if (count !== expected || seconds === undefined) throw new Error(`Found ${count} ${kind} of ${expected}.`)
  return { ...measurement, seconds }
}
