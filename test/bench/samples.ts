import type { Results } from '../../bench/results.ts'
import type { Measurement } from '../../bench/run-process.ts'

/** Two rounds: a limit, one that is within its goal, one that is not, one without a goal, and a start. */
export const sampleResults: Results = {
  date: '2026-01-02T03:04:05.000Z',
  rows: 1000,
  runs: 2,
  environment: ['Node v24 on linux, 2 cores (A & B), 24 GiB.'],
  series: [
    {
      entry: { name: 'psql \\copy', records: 1000, bytes: 4e8 },
      measurements: [measure(2, { serverCpuSeconds: 1, walBytes: 5e8 }), measure(4, { serverCpuSeconds: 3 })],
    },
    {
      entry: {
        name: 'quick <one>',
        limit: 'psql \\copy',
        goal: { kind: 'times', maximum: 0.8 },
        records: 1000,
        bytes: 4e8,
        maximumBytes: 2 ** 28,
      },
      measurements: [
        measure(1, { cpuSeconds: 0.8, peakBytes: 100 * 2 ** 20 }),
        measure(3, { cpuSeconds: 1.2, peakBytes: 99 * 2 ** 20 }),
      ],
    },
    {
      entry: {
        name: 'slow one',
        limit: 'psql \\copy',
        goal: { kind: 'times', maximum: 1.2 },
        records: 1000,
        bytes: 4e8,
      },
      measurements: [measure(4), measure(6)],
    },
    {
      entry: { name: 'another', limit: 'psql \\copy', records: 1000, bytes: 4e8 },
      measurements: [measure(2), measure(4)],
    },
    { entry: { name: 'node -e 0', records: 1, bytes: 0 }, measurements: [measure(0.04), measure(0.04)] },
    {
      entry: {
        name: 'postgres spec',
        limit: 'node -e 0',
        goal: { kind: 'added', maximumSeconds: 0.08 },
        records: 1,
        bytes: 0,
      },
      measurements: [measure(0.1), measure(0.1)],
    },
  ],
}

function measure(seconds: number, usage: Partial<Measurement> = {}): Measurement {
  return { seconds, cpuSeconds: undefined, peakBytes: undefined, ...usage }
}
