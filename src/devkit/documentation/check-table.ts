import type { Check } from '../qa/check.ts'

/** What each check promises. */
export function checkTable(checks: readonly Check[]): string {
  const rows = checks.map(({ name, category, promise }) => `| \`${name}\` | ${category} | ${promise} |`)
  return ['| Check | Category | What holds where it passes |', '|---|---|---|', ...rows].join('\n')
}
