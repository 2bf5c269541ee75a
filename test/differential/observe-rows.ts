import type { ConformanceTarget, TextRow } from 'landfall/testing'
import { type Look, rowSteps } from './row-steps.ts'
import { type Observation, readFinalTable, runSync } from './targets.ts'

/** The rows after each sync in one destination. */
export async function observeRows(target: ConformanceTarget): Promise<readonly Observation[]> {
  const observations: Observation[] = []
  for (const { sync, looks } of rowSteps) {
    await runSync(target, sync)
    for (const look of looks) {
      observations.push({ subject: 'rows', sent: look.sent, answer: await lookAt(target, look) })
    }
  }
  return observations
}

async function lookAt(target: ConformanceTarget, { stream, columns }: Look): Promise<string> {
  const rows = await readFinalTable(target, stream)
  const lines = rows.map((row) => columns.map((column) => spell(column, row)).join(' '))
  return lines.length === 0 ? 'no rows' : lines.toSorted().join('; ')
}

/** Digits behind the point that are zero are no difference here. */
function spell(column: string, row: TextRow): string {
  const value = row[column]
  if (value === undefined) throw new Error(`the table has no column \`${column}\``)
  return value === null
    ? 'NULL'
    : value.replace(/^(-?\d+)\.0+$/, '$1').replace(/^(-?\d+\.\d*?[1-9])0+$/, '$1')
}
