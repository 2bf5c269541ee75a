/** The known name that a mistyped one is nearest to; undefined where none is near. */
export function findNearest(wrong: string, known: readonly string[]): string | undefined {
  const simple = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  const ranked = known
    .map((name) => ({ name, distance: editDistance(simple(wrong), simple(name)) }))
    .toSorted((left, right) => left.distance - right.distance)
  const [first] = ranked
  return first !== undefined && first.distance <= Math.max(1, wrong.length / 4) ? first.name : undefined
}

/** Letters that are too many, too few or other; two that changed places count once. */
function editDistance(left: string, right: string): number {
  let before: readonly number[] = []
  let row: readonly number[] = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let index = 1; index <= left.length; index += 1) {
    const next = [index]
    for (let column = 1; column <= right.length; column += 1) {
      const isSame = left[index - 1] === right[column - 1]
      const hasSwapped =
        index > 1 && left[index - 1] === right[column - 2] && left[index - 2] === right[column - 1]
      next.push(
        Math.min(
          at(row, column - 1) + Number(!isSame),
          at(row, column) + 1,
          at(next, column - 1) + 1,
          hasSwapped ? at(before, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    before = row
    row = next
  }
  return at(row, right.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}
