/**
 * Runs `action` for every item, at most `limit` at a time. Every item gets its turn, also after another
 * has failed; the errors come back in the order of the items.
 */
export async function forEachConcurrently<Item>(
  items: readonly Item[],
  limit: number,
  action: (item: Item) => Promise<void>,
): Promise<readonly unknown[]> {
  const errors: { readonly index: number; readonly error: unknown }[] = []
  const remaining = items.entries()
  const work = async () => {
    for (const [index, item] of remaining) {
      try {
        await action(item)
      } catch (error) {
        errors.push({ index, error })
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work))
  return errors.toSorted((left, right) => left.index - right.index).map(({ error }) => error)
}
