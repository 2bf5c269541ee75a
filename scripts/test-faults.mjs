// Runs the fault tests longer than `npm test` does, or one random scenario again:
//   npm run test:faults                                      about 3 minutes, every fault by name
//   npm run test:faults -- --minutes 20   (or --hours 1)     random interruptions for that long
//   npm run test:faults -- --target postgres --seed 12345    what a failure printed
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Of random interruptions; the faults by name take about two minutes more. */
const usualSeconds = 60

const { values } = parseArgs({
  options: {
    hours: { type: 'string' },
    minutes: { type: 'string' },
    seed: { type: 'string' },
    target: { type: 'string' },
  },
})

const seconds = Number(values.hours ?? 0) * 3600 + Number(values.minutes ?? 0) * 60
if (!Number.isFinite(seconds) || seconds < 0) throw new RangeError('--hours and --minutes need a number.')

const files = values.seed === undefined ? ['test/faults'] : ['test/faults/random-plans.test.ts']
const { status } = spawnSync('vitest', ['run', ...files], {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    LANDFALL_FAULT_SECONDS: String(seconds || usualSeconds),
    ...(values.seed === undefined ? {} : { LANDFALL_FAULT_SEED: values.seed }),
    ...(values.target === undefined ? {} : { LANDFALL_FAULT_TARGET: values.target }),
  },
})
process.exit(status ?? 1)
