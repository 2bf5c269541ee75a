import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { renderPlot } from '../../bench/plot.ts'
import { formatGoals } from '../../bench/report.ts'
import { readResults, summarizeAll } from '../../bench/results.ts'

// All of it comes from `npm run bench -- --plot docs/guide/performance.svg`, with the run's file behind --results.
const guide = new URL('../../docs/guide/', import.meta.url)
const results = readResults(new URL('performance.json', guide).pathname)

it('the plot shows the published figures', () => {
  expect(readFileSync(new URL('performance.svg', guide), 'utf8')).toBe(renderPlot(results))
})

it('the page has the table of the published figures', () => {
  const page = readFileSync(new URL('performance.md', guide), 'utf8')
  expect(page).toContain(formatGoals(summarizeAll(results.series)).join('\n'))
})

it('the figures are of one run without holes', () => {
  for (const { entry, measurements } of results.series) {
    expect(measurements, entry.name).toHaveLength(results.runs)
  }
})
