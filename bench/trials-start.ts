import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { executableOf } from './connectors.ts'
import type { PostgresContext } from './postgres-sync.ts'
import { type Measurement, type Program, runProgram } from './run-process.ts'
import { median } from './statistics.ts'
import type { Entry, Trial } from './trial.ts'

/** How often each command is started in a round; the measurement is their median. */
const starts = 10

const limit = 'node -e 0'

/** How long `spec` and `check` take, against Node that does nothing. A record stands for a start. */
export function startTrials({ postgres, directory }: PostgresContext): readonly Trial[] {
  const start = { records: 1, bytes: 0 }
  const entries: readonly Entry[] = [
    { name: limit, ...start },
    { name: 'postgres spec', limit, goal: { kind: 'added', maximumSeconds: 0.08 }, ...start },
    { name: 'postgres check', limit, goal: { kind: 'added', maximumSeconds: 0.15 }, ...start },
  ]
  return [
    {
      name: 'start',
      entries,
      run: async () => {
        await postgres.clear()
        const configPath = join(directory, 'start-config.json')
        await writeFile(configPath, JSON.stringify(postgres.config))
        const executable = executableOf('postgres')
        const commands = [
          ['-e', '0'],
          [executable, 'spec'],
          [executable, 'check', '--config', configPath],
        ]
        return measureStarts(commands.map((words) => ({ command: execPath, arguments: words })))
      },
    },
  ]
}

/** In turns, so that a slow second of the machine meets all of them. */
async function measureStarts(programs: readonly Program[]): Promise<readonly Measurement[]> {
  const found = programs.map((): Measurement[] => [])
  for (let count = 0; count < starts; count += 1) {
    for (const [index, program] of programs.entries()) {
      const { measurement, output } = await runProgram(program)
      assertAnswer(program, output)
      found[index]?.push(measurement)
    }
  }
  return found.map((measurements) => ({
    seconds: median(measurements.map(({ seconds }) => seconds)) ?? Number.NaN,
    cpuSeconds: median(measurements.map(({ cpuSeconds }) => cpuSeconds)),
    peakBytes: median(measurements.map(({ peakBytes }) => peakBytes)),
  }))
}

/** A failed `check` ends with exit code 0, too. */
function assertAnswer({ arguments: words }: Program, output: string): void {
  const isAnswered =
    (words.includes('check') && output.includes('"status":"SUCCEEDED"')) ||
    (words.includes('spec') && output.includes('"type":"SPEC"')) ||
    words.includes('-e')
  if (!isAnswered) throw new Error(`\`${words.slice(1).join(' ')}\` answered:\n${output.slice(-500)}`)
}
