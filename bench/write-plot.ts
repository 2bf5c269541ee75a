import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, parse } from 'node:path'
import type { PlotOptions } from './options.ts'
import { renderPlot } from './plot.ts'
import { formatGoals } from './report.ts'
import { readResults, summarizeAll } from './results.ts'

/**
 * Draws what a run has measured, keeps its figures beside the drawing, and prints what a page about it has to
 * say. A test holds that a page, its plot and its figures are of one run.
 */
export function writePlot({ path, resultsPath }: PlotOptions, print: (line: string) => void): void {
  const results = readResults(resultsPath)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, renderPlot(results))
  writeFileSync(figuresPathOf(path), `${JSON.stringify(results, undefined, 1)}\n`)
  for (const line of formatGoals(summarizeAll(results.series))) print(line)
}

export function figuresPathOf(plotPath: string): string {
  const { dir, name } = parse(plotPath)
  return join(dir, `${name}.json`)
}
