import {
  type CaseStream,
  type CaseSync,
  type ConformanceTarget,
  caseNamespace,
  recordLine,
  statusLine,
  type TextRow,
} from 'landfall/testing'
import { canonicalText } from './canonical-text.ts'
import { type Observation, readFinalTable, runSync } from './targets.ts'
import { schemas, type TypeName, valueProbes } from './value-probes.ts'

const probes = (Object.keys(schemas) as TypeName[]).flatMap((type) =>
  [...new Set(valueProbes[type])].map((json) => ({ type, json })),
)

/** Record number n has the value of probe n, in the column of its type; everything else is absent. */
export const valueStream: CaseStream = {
  name: 'values',
  namespace: caseNamespace,
  properties: { id: { type: 'integer' }, ...schemas },
  mode: 'append',
  generation: [1, 0],
}

const sync: CaseSync = {
  streams: [valueStream],
  lines: [
    ...probes.map(({ type, json }, index) => recordLine(valueStream, `{"id":${index},"${type}":${json}}`)),
    statusLine(valueStream),
  ],
}

/** What becomes of every value in one destination. */
export async function observeValues(target: ConformanceTarget): Promise<readonly Observation[]> {
  await runSync(target, sync)
  const rows = await readFinalTable(target, valueStream)
  const byId = new Map(rows.map((row) => [Number(row.id), row]))
  return probes.map(({ type, json }, index) => {
    const row = byId.get(index)
    if (row === undefined) return { subject: type, sent: json, answer: 'no row' }
    return { subject: type, sent: json, answer: answerOf(type, row) }
  })
}

/** `NULL with an entry` stands for a cast that failed; of other entries the kind is shown. */
function answerOf(type: TypeName, row: TextRow): string {
  const value = row[type] ?? null
  const text = value === null ? 'NULL' : printable(canonicalText(type, value))
  const entries = (row.changes ?? '').replaceAll(`${type} `, '').replaceAll(/ DESTINATION_\w+/g, '')
  if (entries === '') return text
  return entries === 'NULLED' && value === null ? 'NULL with an entry' : `${text} with the entry ${entries}`
}

/** Something to see, without characters that no page can show and without hundreds of zeros. */
function printable(text: string): string {
  if (text === '') return 'an empty text'
  return text.replaceAll('\u0000', '\\u0000').replace(/(.)\1{40,}/g, '$1$1$1...')
}
