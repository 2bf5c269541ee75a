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
  const waiting = hasSentAll && states.returned < states.sent ? ', waiting for the rest' : ''
  return (
    `  ${formatCount(progress.records)} of ${formatCount(totalRecords)} records sent, ${describeSpeed(progress)}, ` +
    `${states.returned} of ${states.sent} states back${waiting}`
  )
}

/** The line that stays. */
export function describeRun(progress: Progress): string {
  return (
    `  ${formatCount(progress.records)} records, ${formatMegabytes(progress.bytes)} of messages ` +
    `in ${progress.seconds.toFixed(1)} s, from the start of the process to its end`
  )
}

/**
 * One line per stream. Streams of one sync share its time, so a sync of several has its times in a line
 * of their own.
 */
export function createSummary(results: readonly StreamResult[], progress: Progress): readonly string[] {
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
  return alignColumns([header, ...rows, ...(results.length > 1 ? [total] : [])], summaryAlignments)
}

const summaryAlignments: readonly Alignment[] = [
  'left',
  'left',
  ...Array.from({ length: 7 }, () => 'right' as const),
]

/** Says what untyped values are, with up to three that occurred; nothing where there are none. */
export function explainUntyped(results: readonly StreamResult[]): readonly string[] {
  const fields = results.flatMap(({ untypedFields }) => untypedFields).slice(0, 3)
  if (fields.length === 0) return []
  const rows = fields.map(({ stream, field, count, change, reason, original }) => [
    `${stream}."${field}"`,
    `${formatCount(count)} x`,
    `such as ${shorten(original, 16)}`,
    `${change}, ${reason}`,
  ])
  return [
    'untyped: values that do not fit the type their schema promises. They are NULL in the',
    'final table, _airbyte_meta names field and reason, the raw table has the original:',
    ...alignColumns(rows, ['left', 'right', 'left', 'left']).map((line) => `  ${line}`),
  ]
}

/** The first rows with as many columns as fit. */
export function createExcerpt(result: StreamResult, width: number): readonly string[] {
  const { columns, rows } = result.excerpt
  const cells = [columns, ...rows].map((row) => row.map((cell) => shorten(cell ?? 'NULL', widestCell)))
  const shown = countFittingColumns(cells, width)
  const alignments = columns
    .slice(0, shown)
    .map((_, column): Alignment => (rows.every((row) => isNumeric(row[column])) ? 'right' : 'left'))
  const lines = alignColumns(
    cells.map((row) => row.slice(0, shown)),
    alignments,
  )
  return [`${result.stream.name}, the first rows (${shown} of ${columns.length} columns)`, ...lines]
}

const widestCell = 26

function isNumeric(cell: string | null | undefined): boolean {
  return cell === null || cell === undefined || /^-?[\d.]+$/.test(cell)
}

function describeSpeed({ bytes, seconds }: Progress): string {
  return `${(bytes / 1e6 / Math.max(seconds, 0.001)).toFixed(1)} MB/s`
}

function formatMegabytes(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}

/** With separators for thousands. */
export function formatCount(count: number): string {
  return count.toLocaleString('en')
}
