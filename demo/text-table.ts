/** How a column lines up; numbers are easier to compare at the right. */
export type Alignment = 'left' | 'right'

const gap = '  '

/** Lines with their cells under each other. Rows may lack cells at their end. */
export function alignColumns(
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[],
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

/** How many columns fit into `width` characters, at least one. */
export function countFittingColumns(rows: readonly (readonly string[])[], width: number): number {
  const columnCount = Math.max(...rows.map((row) => row.length))
  let used = 0
  for (let column = 0; column < columnCount; column += 1) {
    used += Math.max(...rows.map((row) => (row[column] ?? '').length)) + (column === 0 ? 0 : gap.length)
    if (used > width) return Math.max(1, column)
  }
  return columnCount
}

/** Text of at most `width` characters. */
export function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
}
