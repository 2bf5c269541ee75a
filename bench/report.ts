import { describeFigure, describeGoal } from './goal.ts'
import { goalFacts, type Spread, type Summary } from './statistics.ts'

/** The lines of a table: a row per entry, numbers to the right. */
export function formatReport(summaries: readonly Summary[]): readonly string[] {
  const limits = new Set(summaries.map(({ entry }) => entry.limit))
  const rows = [headings, ...summaries.map((summary) => formatRow(summary, limits.has(summary.entry.name)))]
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map(([name = '', ...numbers]) => {
    const cells = numbers.map((cell, index) => cell.padStart(widths[index + 1] ?? 0))
    return [name.padEnd(widths[0] ?? 0), ...cells].join('  ').trimEnd()
  })
}

/** What the columns mean. */
export const legend = [
  'seconds: median and spread of the rounds, from the start of the process to its end; MB: of the AirbyteMessages.',
  'x limit: time per record against the limit of the same round, median and spread; below 1 is quicker than the limit.',
  'goal: what the project has set itself, for `x limit` or in the unit that it has; a busy machine misses goals.',
  'CPU s/GB: of the measured process and of the database server, for each 10^9 bytes of messages; medians.',
  "WAL MB: what the server wrote to its log; MiB: highest resident memory of the measured process, or of a limit's.",
]

/** The goals alone, as a table for a page. */
export function formatGoals(summaries: readonly Summary[]): readonly string[] {
  const rows = summaries.flatMap((summary) => {
    const { entry, isGoalMet } = summary
    if (entry.goal === undefined || isGoalMet === undefined) return []
    const figure = describeFigure(entry.goal, goalFacts(summary))
    return [[entry.name, entry.limit ?? '', describeGoal(entry.goal), figure, isGoalMet ? 'yes' : 'no']]
  })
  const cells = rows.map((row) => `| ${row.map((cell) => cell.replaceAll('\\', '\\\\')).join(' | ')} |`)
  return ['| Work | Against | Goal | Measured | Met |', '|---|---|---|---|---|', ...cells]
}

const headings = [
  '',
  'seconds',
  'min-max',
  'krecords/s',
  'MB/s',
  'x limit',
  'min-max',
  'goal',
  'CPU s/GB',
  'server',
  'WAL MB',
  'MiB',
]

const mebibyte = 1024 * 1024

function formatRow(summary: Summary, isLimit: boolean): readonly string[] {
  const { entry, seconds, timeRatio } = summary
  const digits = seconds.median < 1 ? 3 : 2
  return [
    isLimit ? `${entry.name} (limit)` : entry.name,
    seconds.median.toFixed(digits),
    formatSpread(seconds, digits),
    entry.bytes === 0 ? '' : (summary.recordsPerSecond / 1e3).toFixed(0),
    entry.bytes === 0 ? '' : (summary.bytesPerSecond / 1e6).toFixed(0),
    timeRatio?.median.toFixed(2) ?? '',
    timeRatio ? formatSpread(timeRatio) : '',
    formatGoal(summary),
    summary.cpuSecondsPerGigabyte?.toFixed(1) ?? '',
    summary.serverCpuSecondsPerGigabyte?.toFixed(1) ?? '',
    summary.walBytes === undefined ? '' : (summary.walBytes / 1e6).toFixed(0),
    summary.peakBytes === undefined ? '' : (summary.peakBytes / mebibyte).toFixed(0),
  ]
}

/** Where the figure is not in a column of its own, it stands in front. */
function formatGoal(summary: Summary): string {
  const { entry, isGoalMet } = summary
  if (entry.goal === undefined) return ''
  const goal = `goal ${describeGoal(entry.goal)}`
  const figure = entry.goal.kind === 'added' ? `${describeFigure(entry.goal, goalFacts(summary))}, ` : ''
  if (isGoalMet === undefined) return goal
  return `${figure}${goal}, ${isGoalMet ? 'met' : 'missed'}`
}

function formatSpread({ minimum, maximum }: Spread, digits = 2): string {
  return `${minimum.toFixed(digits)}-${maximum.toFixed(digits)}`
}
