import type { Spread, Summary } from './statistics.ts'

/** The lines of a table: a row per entry, numbers to the right. */
export function formatReport(summaries: readonly Summary[]): readonly string[] {
  const rows = [headings, ...summaries.map(formatRow)]
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map(([name = '', ...numbers]) => {
    const cells = numbers.map((cell, index) => cell.padStart(widths[index + 1] ?? 0))
    return [name.padEnd(widths[0] ?? 0), ...cells].join('  ')
  })
}

/** What the columns mean. */
export const legend = [
  'seconds: median and spread of the rounds, from the start of the process to its end; MB: of the AirbyteMessages.',
  "speed: records per second against the limit's, median and spread of the ratios within a round; above 1 is quicker.",
  'CPU s: medians of the measured process and of the database server; MiB: highest resident memory of the process.',
]

const headings = [
  '',
  'seconds',
  'min-max',
  'krecords/s',
  'MB/s',
  'speed',
  'min-max',
  'CPU s',
  'server',
  'MiB',
]

const mebibyte = 1024 * 1024

function formatRow(summary: Summary): readonly string[] {
  const { entry, seconds, ratio, cpuSeconds, serverCpuSeconds, peakBytes } = summary
  return [
    entry.limit === undefined ? `${entry.name} (limit)` : entry.name,
    seconds.median.toFixed(2),
    formatSpread(seconds),
    (summary.recordsPerSecond / 1e3).toFixed(0),
    (summary.bytesPerSecond / 1e6).toFixed(0),
    ratio?.median.toFixed(2) ?? '',
    ratio ? formatSpread(ratio) : '',
    cpuSeconds?.toFixed(2) ?? '-',
    serverCpuSeconds?.toFixed(2) ?? '',
    peakBytes === undefined ? '-' : (peakBytes / mebibyte).toFixed(0),
  ]
}

function formatSpread({ minimum, maximum }: Spread): string {
  return `${minimum.toFixed(2)}-${maximum.toFixed(2)}`
}
