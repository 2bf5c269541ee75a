/**
 * The Java framework's name for a raw table, before the warehouse's own rule. The underscores around
 * `raw` are one more than any run in the names, so that different pairs give different tables.
 */
export function rawTableName(namespace: string, name: string): string {
  const runs = `${namespace}${name}`.match(/_+/g) ?? []
  const longest = runs.reduce((length, run) => Math.max(length, run.length), 1)
  return `${namespace}_raw${'_'.repeat(longest + 1)}stream_${name}`
}
