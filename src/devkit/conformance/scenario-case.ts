import type { CaseStream, ConformanceCase } from '../../testing/conformance-case.ts'
import { recordLine, stateLine, statusLine } from '../../testing/messages.ts'
import { caseNamespace } from '../../testing/placeholders.ts'
import { expectedRows, recordsOf, type ScenarioRecord, toJson } from './scenario-records.ts'
import type { Scenario } from './scenario-schema.ts'

/** When the first record of a scenario was extracted; each later one a millisecond after the one before. */
const firstEmittedAt = 1_700_000_000_000

/** The one sync of one stream that a scenario stands for. */
export function toCase(scenario: Scenario): ConformanceCase {
  const mode = scenario.destination_sync_mode
  const stream: CaseStream = {
    name: scenario.name,
    namespace: caseNamespace,
    properties: scenario.json_schema.properties,
    mode,
    primaryKey: scenario.primary_key ?? [],
    cursor: scenario.cursor_field,
    generation: [1, mode.startsWith('append') ? 0 : 1],
  }
  const records = recordsOf(scenario)
  const batches = splitAtStates(records, scenario.state_every)
  return {
    name: scenario.name,
    syncs: [
      {
        streams: [stream],
        lines: [...linesOf(stream, batches), statusLine(stream)],
        final: { [scenario.name]: expectedRows(scenario, records) },
        states: batches.map((batch, index) => ({ id: index + 1, recordCount: batch.length })),
      },
    ],
  }
}

function splitAtStates(
  records: readonly ScenarioRecord[],
  size = records.length,
): readonly (readonly ScenarioRecord[])[] {
  const count = Math.max(1, Math.ceil(records.length / Math.max(1, size)))
  return Array.from({ length: count }, (_, index) => records.slice(index * size, (index + 1) * size))
}

function linesOf(stream: CaseStream, batches: readonly (readonly ScenarioRecord[])[]): readonly string[] {
  let emittedAt = firstEmittedAt
  return batches.flatMap((batch, index) => [
    ...batch.map((record) => recordLine(stream, toJson(record), { emittedAt: emittedAt++ })),
    stateLine(stream, index + 1, batch.length),
  ])
}
