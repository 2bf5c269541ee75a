import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { recordLine, stateLine, statusLine } from '../../testing/messages.ts'
import { isObject } from '../../util/is-object.ts'
import type { ExternalConnector, ExternalRun } from './external-connector.ts'

export type ProtocolCase = {
  readonly name: string
  run(connector: ExternalConnector, config: object, namespace: string): Promise<void>
}

/** What the platform relies on from any destination, whatever it writes to. */
export const protocolCases: readonly ProtocolCase[] = [
  {
    name: 'spec prints one specification',
    run: async (connector) => {
      const run = await succeed(connector.run({ command: 'spec', files: {} }))
      const specs = run.messages.filter(({ type }) => type === 'SPEC')
      strictEqual(specs.length, 1, `printed ${specs.length} SPEC messages`)
      const spec = isObject(specs[0]?.spec) ? specs[0].spec : {}
      ok(isObject(spec.connectionSpecification), '`connectionSpecification` is missing')
      const modes = spec.supported_destination_sync_modes
      ok(Array.isArray(modes) && modes.length > 0, '`supported_destination_sync_modes` is missing')
    },
  },
  {
    name: 'check succeeds with the configuration',
    run: async (connector, config) => {
      const run = await succeed(connector.run({ command: 'check', files: { config } }))
      deepStrictEqual(statuses(run), ['SUCCEEDED'], explain(run))
    },
  },
  {
    name: 'check fails with an empty configuration, and says so',
    run: async (connector) => {
      const run = await connector.run({ command: 'check', files: { config: {} } })
      const isReported = statuses(run).includes('FAILED') || traces(run).length > 0
      ok(!statuses(run).includes('SUCCEEDED'), 'an empty configuration was accepted')
      ok(isReported, 'neither a FAILED status nor a TRACE ERROR was printed')
    },
  },
  {
    name: 'each state comes back once, in order, with its data unchanged',
    run: async (connector, config, namespace) => {
      const streams = ['states_one', 'states_two'].map((name) => ({ name, namespace }))
      const lines = [1, 2, 3].flatMap((step) =>
        streams.flatMap((stream, index) => [
          recordLine(stream, { id: step }),
          stateLine(stream, step * 10 + index, 1),
        ]),
      )
      const input = [...lines, ...streams.map((stream) => statusLine(stream))]
      const run = await succeed(
        connector.run({ command: 'write', files: { config, catalog: catalogOf(streams) }, lines: input }),
      )
      for (const stream of streams) {
        deepStrictEqual(statesOf(run.stateLines, stream.name), statesOf(input, stream.name))
      }
      strictEqual(run.stateLines.length, 6)
    },
  },
  {
    name: 'a sync without records succeeds',
    run: async (connector, config, namespace) => {
      const stream = { name: 'nothing', namespace }
      const files = { config, catalog: catalogOf([stream]) }
      await succeed(connector.run({ command: 'write', files, lines: [statusLine(stream)] }))
    },
  },
  {
    name: 'a stream that the source did not complete makes the sync fail',
    run: async (connector, config, namespace) => {
      const stream = { name: 'incomplete', namespace }
      const lines = [recordLine(stream, { id: 1 }), statusLine(stream, 'INCOMPLETE')]
      const run = await connector.run({
        command: 'write',
        files: { config, catalog: catalogOf([stream]) },
        lines,
      })
      ok(run.exitCode !== 0, 'the exit code is 0')
    },
  },
  {
    name: 'a command line without a catalog fails',
    run: async (connector, config) => {
      const run = await connector.run({ command: 'write', files: { config } })
      ok(run.exitCode !== 0, 'the exit code is 0')
    },
  },
]

/** The run, or an error that shows what the connector said. */
export async function succeed(running: Promise<ExternalRun>): Promise<ExternalRun> {
  const run = await running
  strictEqual(run.exitCode, 0, `the exit code is ${run.exitCode}${explain(run)}`)
  return run
}

/** What a failed run said, in the order of how useful that is. */
export function explain(run: ExternalRun): string {
  const errors = traces(run).map(({ trace }) =>
    isObject(trace) && isObject(trace.error) ? trace.error.message : '',
  )
  const said = [...errors, run.errorOutput.trim(), ...run.otherLines.slice(-5)].filter((text) => text !== '')
  return said.length === 0 ? '' : `: ${said.join('\n')}`
}

function traces(run: ExternalRun): ExternalRun['messages'] {
  return run.messages.filter(
    ({ type, trace }) => type === 'TRACE' && isObject(trace) && trace.type === 'ERROR',
  )
}

function statuses(run: ExternalRun): readonly unknown[] {
  return run.messages.flatMap(({ type, connectionStatus }) =>
    type === 'CONNECTION_STATUS' && isObject(connectionStatus) ? [connectionStatus.status] : [],
  )
}

/** Ids and data of a stream's states; a destination may add counts. */
function statesOf(lines: readonly string[], name: string): readonly object[] {
  return lines.flatMap((line) => {
    const { type, state } = JSON.parse(line)
    const stream = state?.stream
    if (type !== 'STATE' || stream?.stream_descriptor?.name !== name) return []
    return [{ id: state.id, data: stream.stream_state }]
  })
}

function catalogOf(streams: readonly { readonly name: string; readonly namespace: string }[]): object {
  return {
    streams: streams.map((stream) => ({
      stream: { ...stream, json_schema: { type: 'object', properties: { id: { type: 'integer' } } } },
      sync_mode: 'incremental',
      destination_sync_mode: 'append',
      generation_id: 1,
      minimum_generation_id: 0,
      sync_id: 1,
    })),
  }
}
