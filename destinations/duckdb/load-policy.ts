/** The most that DuckDB keeps in one row group: https://duckdb.org/docs/stable/internals/storage#row-groups */
export const rowGroupRows = 122_880

/** A checkpoint merges neighbours where three fit into two: none of this size ever do. */
const smallestRowGroupRows = (rowGroupRows * 2) / 3

/** What is collected for one table, and waits for its load. */
export type Collected = { readonly rows: number; readonly bytes: number }

/**
 * Whether what is collected should be loaded now. From a row group on, DuckDB writes a load into its file at once; less goes
 * into the log first, and a row group that is far from full is written anew later, with its neighbours.
 * @param largestBytes what one load may bring
 */
export function isWorthLoading({ rows, bytes }: Collected, largestBytes: number): boolean {
  if (bytes >= largestBytes) return true
  const rest = rows % rowGroupRows
  return rows >= rowGroupRows && (rest === 0 || rest >= smallestRowGroupRows)
}

/** Which one to load where all of them together are more than the disk should hold. */
export function findLargest<Item extends Collected>(
  items: readonly Item[],
  mostBytes: number,
): Item | undefined {
  const bytes = items.reduce((sum, item) => sum + item.bytes, 0)
  if (bytes < mostBytes) return undefined
  return items.toSorted((left, right) => right.bytes - left.bytes)[0]
}
