import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readResults, summarizeAll } from '../../bench/results.ts'
import { sampleResults } from './samples.ts'

const directory = mkdtempSync(join(tmpdir(), 'landfall-results-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

function write(content: unknown): string {
  const path = join(directory, 'results.json')
  writeFileSync(path, JSON.stringify(content))
  return path
}

it('what was written can be read, with the same summaries', () => {
  const { series, ...rest } = readResults(write({ ...sampleResults, summaries: ['for other programs'] }))
  expect(rest).toEqual({
    date: sampleResults.date,
    rows: 1000,
    runs: 2,
    environment: sampleResults.environment,
  })
  expect(summarizeAll(series)).toEqual(summarizeAll(sampleResults.series))
})

it('another file is refused with the place of the fault', () => {
  const series = [{ entry: { name: 'one', records: 1 }, measurements: [] }]
  const path = write({ ...sampleResults, series })
  expect(() => readResults(path)).toThrow(/holds no results[\s\S]*series\[0\]\.entry\.bytes/)
})
