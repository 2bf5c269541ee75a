import { rawColumns } from '../catalog/meta-columns.ts'
import type { TextRow } from './compare-values.ts'
import type { CaseSync } from './conformance-case.ts'
import { caseNamespace } from './placeholders.ts'

/** The configured catalog of a sync, as the platform would write it, with the case's own namespace. */
export function caseCatalog(sync: CaseSync, namespace: string): object {
  return {
    streams: sync.streams.map((stream) => ({
      stream: {
        name: stream.name.replace(caseNamespace, namespace),
        ...(stream.namespace === undefined
          ? {}
          : { namespace: stream.namespace.replace(caseNamespace, namespace) }),
        json_schema: { type: 'object', properties: stream.properties },
      },
      sync_mode: stream.mode.startsWith('overwrite') ? 'full_refresh' : 'incremental',
      destination_sync_mode: stream.mode,
      primary_key: stream.primaryKey ?? [],
      cursor_field: stream.cursor ?? [],
      ...(stream.generation === undefined
        ? {}
        : {
            generation_id: stream.generation[0],
            minimum_generation_id: stream.generation[1],
            sync_id: sync.syncId ?? 1,
          }),
    })),
  }
}

/** The lines of a sync, with the case's own namespace. */
export function caseLines(sync: CaseSync, namespace: string): readonly string[] {
  return sync.lines.map((line) => line.replaceAll(caseNamespace, namespace))
}

/** States as cases list them, from the lines that came back. */
export function receivedStates(stateLines: readonly string[]): readonly object[] {
  return stateLines.map((line) => {
    const { state } = JSON.parse(line)
    return { id: state.id, recordCount: state.destinationStats.recordCount }
  })
}

/** Lifts `_airbyte_meta.changes` into a column of its own, as `field change reason` lines. */
export function withChanges(row: TextRow): TextRow {
  const meta = row[rawColumns.meta]
  if (meta === null || meta === undefined) return row
  const { changes, sync_id: syncId } = JSON.parse(meta)
  const lines = changes.map((entry: { field: string; change: string; reason: string }) =>
    [entry.field, entry.change, entry.reason].join(' '),
  )
  return { ...row, changes: lines.join('; '), sync_id: syncId === null ? null : String(syncId) }
}

/** The columns of a row without Airbyte's own, sorted. */
export function ownColumns(row: TextRow | undefined): readonly string[] {
  return Object.keys(row ?? {})
    .filter((column) => !column.startsWith('_airbyte_'))
    .toSorted()
}
