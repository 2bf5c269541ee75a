import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { PlotOptions } from './options.ts'
import { renderPlot } from './plot.ts'
import { formatGoals } from './report.ts'
import { readResults, summarizeAll } from './results.ts'

/** Draws what a run has measured, and prints what a page about it has to say. */
export function writePlot({ path, resultsPath }: PlotOptions, print: (line: string) => void): void {
  const results = readResults(resultsPath)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, renderPlot(results))
  for (const line of formatGoals(summarizeAll(results.series))) print(line)
}
