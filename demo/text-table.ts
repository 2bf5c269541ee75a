/** How a column lines up; numbers are easier to compare at the right. */
export type Alignment = 'left' | 'right'

/** Between columns. */
const wideGap = '  '
const narrowGap = ' '

/**
 * Lines with their cells under each other, closer together where `width` characters are too few. Rows may
 * lack cells at their end.
 */
export function alignColumns(
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[],
  width = Number.POSITIVE_INFINITY,
): readonly string[] {
  const wide = joinCells(rows, alignments, wideGap)
  return wide.every((line) => line.length <= width) ? wide : joinCells(rows, alignments, narrowGap)
}

/** How many columns fit into `width` characters, at least one. */
export function countFittingColumns(rows: readonly (readonly string[])[], width: number): number {
  const columnCount = Math.max(...rows.map((row) => row.length))
  let used = 0
  for (let column = 0; column < columnCount; column += 1) {
    used += Math.max(...rows.map((row) => (row[column] ?? '').length)) + (column === 0 ? 0 : wideGap.length)
    if (used > width) return Math.max(1, column)
  }
  return columnCount
}

/** Text of at most `width` characters. */
export function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
}

function joinCells(
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[],
  gap: string,
): readonly string[] {
  const widths = alignments.map((_, column) => Math.max(0, ...rows.map((row) => (row[column] ?? '').length)))
  return rows.map((row) =>
    alignments
      .map((alignment, column) => {
        const cell = row[column] ?? ''
        const width = widths[column] ?? 0
        return alignment === 'right' ? cell.padStart(width) : cell.padEnd(width)
      })
      .join(gap)
      .trimEnd(),
  )
}
