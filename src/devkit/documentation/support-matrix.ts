import { capabilities, type Lacks } from '../../destination/capabilities.ts'
import type { Destination } from '../../destination/destination.ts'
import { SqlDestination } from '../../typing/sql-destination.ts'
import { asArray, member, textMember } from '../../util/unknown.ts'
import { schemaKey } from '../spec/walk-spec.ts'

export type Supported = {
  readonly metadata: unknown
  readonly spec: unknown
  /** Undefined where the connector is not written with this framework. */
  readonly destination: Destination | undefined
}

type Row = { readonly title: string; readonly cell: (connector: Supported) => string | boolean }

const hasField =
  (name: string) =>
  ({ spec }: Supported) =>
    member(spec, schemaKey, 'properties', name) !== undefined

const hasMode =
  (mode: string) =>
  ({ spec }: Supported) =>
    asArray(member(spec, 'supported_destination_sync_modes')).includes(mode)

const rows: readonly Row[] = [
  {
    title: 'Release stage',
    cell: ({ metadata }) => (textMember(metadata, 'data', 'releaseStage') ?? '').replaceAll('_', ' '),
  },
  { title: 'Append', cell: hasMode('append') },
  { title: 'Append and dedupe', cell: hasMode('append_dedup') },
  { title: 'Overwrite', cell: hasMode('overwrite') },
  { title: 'Typed final tables', cell: ({ destination }) => destination instanceof SqlDestination },
  {
    title: 'Refreshes with generations',
    cell: ({ metadata }) => member(metadata, 'data', 'supportsRefreshes') === true,
  },
  { title: 'SSH tunnels', cell: hasField('tunnel_method') },
  { title: 'A script of grants', cell: ({ destination }) => destination?.grants !== undefined },
]

/** What each connector can do, with the reasons for what it cannot below the table. */
export function supportMatrix(connectors: readonly Supported[]): string {
  const names = connectors.map(({ metadata }) => textMember(metadata, 'data', 'name') ?? '')
  const notes: string[] = []
  const lines = [...rows, ...capabilityRows(notes)].map(
    ({ title, cell }) => `| ${title} | ${connectors.map((connector) => show(cell(connector))).join(' | ')} |`,
  )
  const table = [`| | ${names.join(' | ')} |`, `|---|${'---|'.repeat(names.length)}`, ...lines]
  return [
    ...table,
    ...(notes.length > 0 ? [''] : []),
    ...notes.map((note, index) => `${index + 1}. ${note}`),
  ].join('\n')
}

/** Reasons are collected as numbered notes; equal ones share a number. */
function capabilityRows(notes: string[]): readonly Row[] {
  return Object.entries(capabilities).map(([name, title]) => ({
    title,
    cell: ({ destination, metadata }) => {
      const reason = destination?.lacks[name as keyof Lacks]
      if (reason === undefined) return destination instanceof SqlDestination
      const note = `${textMember(metadata, 'data', 'name') ?? ''}: ${reason.replace(/\.?$/, '.')}`
      if (!notes.includes(note)) notes.push(note)
      return `no (${notes.indexOf(note) + 1})`
    },
  }))
}

function show(value: string | boolean): string {
  if (typeof value === 'string') return value
  return value ? 'yes' : 'no'
}
