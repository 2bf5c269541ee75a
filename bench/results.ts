import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { Measurement } from './run-process.ts'
import { type Series, type Summary, summarize } from './statistics.ts'

/** What a run of the benchmark keeps. Everything else follows from it. */
export type Results = {
  /** ISO 8601. */
  readonly date: string
  readonly rows: number
  readonly runs: number
  readonly environment: readonly string[]
  readonly series: readonly Series[]
}

const directory = fileURLToPath(new URL('results/', import.meta.url))

/** Returns the path. The file also has the summaries, for other programs. */
export function writeResults(results: Results): string {
  mkdirSync(directory, { recursive: true })
  const path = join(directory, `${results.date.slice(0, 19).replaceAll(':', '-')}.json`)
  writeFileSync(path, JSON.stringify({ ...results, summaries: summarizeAll(results.series) }, undefined, 2))
  return path
}

export function summarizeAll(series: readonly Series[]): readonly Summary[] {
  return series.map((one) => summarize(one, series))
}

/** @param path default: the newest file */
export function readResults(path: string = findNewest()): Results {
  const result = resultsSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')))
  if (result.success) return result.data
  throw new Error(`\`${path}\` holds no results: ${z.prettifyError(result.error)}`)
}

function findNewest(): string {
  const files = existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith('.json')) : []
  const newest = files.toSorted().at(-1)
  if (newest === undefined) throw new Error('There are no results yet. Run `npm run bench` first.')
  return join(directory, newest)
}

const optionalNumber = z
  .number()
  .optional()
  .transform((value) => value)

const measurementSchema = z
  .object({
    seconds: z.number(),
    cpuSeconds: optionalNumber,
    peakBytes: optionalNumber,
    serverCpuSeconds: optionalNumber,
    walBytes: optionalNumber,
  })
  .transform(
    ({ cpuSeconds, peakBytes, ...rest }): Measurement => ({
      ...rest,
      cpuSeconds,
      peakBytes,
    }),
  )

const goalSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('times'), maximum: z.number() }),
  z.object({ kind: z.literal('added'), maximumSeconds: z.number() }),
  z.object({ kind: z.literal('seconds'), maximum: z.number() }),
  z.object({ kind: z.literal('speed'), minimumBytesPerSecond: z.number() }),
])

const entrySchema = z.object({
  name: z.string(),
  limit: z.string().exactOptional(),
  goal: goalSchema.exactOptional(),
  records: z.number(),
  bytes: z.number(),
  maximumBytes: z.number().exactOptional(),
})

const resultsSchema = z.object({
  date: z.string(),
  rows: z.number(),
  runs: z.number(),
  environment: z.array(z.string()),
  series: z.array(z.object({ entry: entrySchema, measurements: z.array(measurementSchema) })),
})
