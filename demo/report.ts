import type { TableExcerpt, TableFacts, UntypedField } from './database.ts'
import type { StreamSync } from './messages.ts'
import type { Progress } from './run-destination.ts'
import { type Alignment, alignColumns, countFittingColumns, shorten } from './text-table.ts'

export type StreamResult = {
  readonly stream: StreamSync
  readonly facts: TableFacts
  readonly untypedFields: readonly UntypedField[]
  readonly excerpt: TableExcerpt
}

/** The one line that moves. */
export function describeProgress(progress: Progress, totalRecords: number): string {
  const { states, hasSentAll } = progress
  const sent = hasSentAll ? 'all' : `${formatCount(progress.records)} of`
  const speed = hasSentAll
    ? 'finishing tables'
    : `${(progress.bytes / 1e6 / progress.seconds).toFixed(1)} MB/s`
  return (
    `  ${progress.seconds.toFixed(1)} s: ${sent} ${formatCount(totalRecords)} records sent, ${speed}, ` +
    `${states.returned} of ${states.sent} states back`
  )
}

/** The line that stays. */
export function describeRun(progress: Progress): string {
  return (
    `  ${formatCount(progress.records)} records, ${formatMegabytes(progress.bytes)} of messages, ` +
    `in ${progress.seconds.toFixed(1)} s from start to exit`
  )
}

/**
 * One line per stream. Streams of one sync share its time, so a sync of several has its times in a line
 * of their own.
 */
export function createSummary(
  results: readonly StreamResult[],
  progress: Progress,
  width: number,
): readonly string[] {
  const times = [
    progress.seconds.toFixed(1),
    formatCount(Math.round(progress.records / progress.seconds)),
    (progress.bytes / 1e6 / progress.seconds).toFixed(1),
  ]
  const rows = results.map(({ stream, facts }) => [
    stream.name,
    stream.mode,
    ...[stream.records.length, facts.rawRows, facts.finalRows, facts.untypedValues].map(formatCount),
    ...(results.length === 1 ? times : []),
  ])
  const total = ['all', '', formatCount(progress.records), '', '', '', ...times]
  const header = ['stream', 'mode', 'sent', 'raw', 'final', 'untyped', 's', 'rows/s', 'MB/s']
  return alignColumns([header, ...rows, ...(results.length > 1 ? [total] : [])], summaryAlignments, width)
}

const summaryAlignments: readonly Alignment[] = [
  'left',
  'left',
  ...Array.from({ length: 7 }, () => 'right' as const),
]

/** Says what untyped values are, with up to three that occurred; nothing where there are none. */
export function explainUntyped(results: readonly StreamResult[], width: number): readonly string[] {
  const fields = results.flatMap(({ untypedFields }) => untypedFields).slice(0, 3)
  if (fields.length === 0) return []
  const rows = fields.map(({ stream, field, count, change, reason, original }) => [
    `${stream}.${field}`,
    `${formatCount(count)}x`,
    shorten(original, 16),
    `${change} ${reason}`,
  ])
  return [
    'untyped: values that do not fit the type their schema promises. They are NULL',
    'in the final table; _airbyte_meta says why; the raw table has the originals:',
    ...alignColumns(rows, ['left', 'right', 'left', 'left'], width),
  ]
}

/** The first rows with as many columns as fit. */
export function createExcerpt(
  result: StreamResult,
  width: number,
): { readonly title: string; readonly lines: readonly string[] } {
  const { columns, rows } = result.excerpt
  const cells = [columns, ...rows].map((row) =>
    row.map((cell) => shorten(trimDecimals(cell ?? 'NULL'), widestCell)),
  )
  const shown = countFittingColumns(cells, width)
  const alignments = columns
    .slice(0, shown)
    .map((_, column): Alignment => (rows.every((row) => isNumeric(row[column])) ? 'right' : 'left'))
  const lines = alignColumns(
    cells.map((row) => row.slice(0, shown)),
    alignments,
  )
  return { title: `${result.stream.name}, first rows, ${shown} of ${columns.length} columns`, lines }
}

const widestCell = 26

/** Without the zeros that fill a decimal up to its scale. */
function trimDecimals(text: string): string {
  return /^-?\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, '') : text
}

function isNumeric(cell: string | null | undefined): boolean {
  return cell === null || cell === undefined || /^-?[\d.]+$/.test(cell)
}

function formatMegabytes(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}

/** With separators for thousands. */
export function formatCount(count: number): string {
  return count.toLocaleString('en')
}
