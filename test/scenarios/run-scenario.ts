import { type ConformanceTarget, runWriteCommand, statusLine } from 'landfall/testing'
import { expect } from 'vitest'
import { parseCatalog } from '../../src/protocol/parse-catalog.ts'
import { expectRecords } from './compare-records.ts'
import {
  fixtureLines,
  loadRows,
  loadSchema,
  type RowsSource,
  type Scenario,
  type ScenarioStream,
  type ScenarioSync,
  type ScenarioVerify,
} from './upstream-fixtures.ts'

/** The names that stand in for `{ns}` and `{name}`. */
export type ScenarioNames = { readonly namespace: string; readonly name: string }

/** Runs the steps of a scenario as written: same catalogs, same messages, same statuses. */
export async function runScenario(
  target: ConformanceTarget,
  scenario: Scenario,
  names: ScenarioNames,
): Promise<void> {
  let streams: readonly ScenarioStream[] = []
  for (const step of scenario.steps) {
    if (step.op === 'sync') {
      streams = step.streams
      await runSync(target, step, names)
    } else await verify(target, step, streams, names)
  }
}

async function runSync(target: ConformanceTarget, sync: ScenarioSync, names: ScenarioNames): Promise<void> {
  const descriptors = sync.streams.map((stream) => describe(stream, names))
  const records = sync.messages.flatMap(({ file, stream = 0 }) =>
    fixtureLines(file).map((line) => {
      const message = JSON.parse(line)
      const { name, namespace = null } = descriptors[stream] ?? {}
      return JSON.stringify({ ...message, record: { ...message.record, stream: name, namespace } })
    }),
  )
  const status = sync.stream_status_after_messages
  const statuses = status === null ? [] : descriptors.map((descriptor) => statusLine(descriptor, status))
  const run = await runWriteCommand(target.destination, {
    config: target.config,
    catalog: { streams: sync.streams.map((stream) => configure(stream, names)) },
    input: [...records, ...statuses],
  })
  expect(run.exitCode === 0, run.stdout).toBe(sync.expect_exit === 'success')
}

async function verify(
  target: ConformanceTarget,
  step: ScenarioVerify,
  streams: readonly ScenarioStream[],
  names: ScenarioNames,
): Promise<void> {
  const { destination } = target
  const config = destination.configSchema.parse(target.config)
  const catalog = parseCatalog(JSON.stringify({ streams: streams.map((stream) => configure(stream, names)) }))
  const planned = destination.plan(config, catalog).streams[step.stream ?? 0]
  if (planned === undefined) throw new Error('the step names a stream that the sync does not have')
  const generator = destination.sqlGenerator(config)
  const generation = step.set_generation_id === undefined ? undefined : Number(step.set_generation_id)
  const options = (source: RowsSource) => ({
    generation,
    ignoresChanges: filesWithoutChanges.some((name) => JSON.stringify(source).includes(name)),
  })
  const raw = await target.readRows(generator.rawTable(planned))
  expectRecords(raw ?? [], loadRows(step.raw), options(step.raw))
  if (step.final === undefined) return
  const final = await target.readRows(generator.finalTable(planned))
  expectRecords(final ?? [], loadRows(step.final), options(step.final))
}

const filesWithoutChanges = [
  'sync2_expectedrecords_with_new_gen_id_raw',
  'sync2_expectedrecords_fullrefresh_append_with_new_gen_id_final',
]

function describe({ namespace, name }: ScenarioStream, names: ScenarioNames) {
  const fill = (text: string) => text.replace('{ns}', names.namespace).replace('{name}', names.name)
  return { name: fill(name), namespace: namespace === null ? undefined : fill(namespace) }
}

function configure(stream: ScenarioStream, names: ScenarioNames): object {
  const { namespace: _namespace, name: _name, json_schema: schema, ...settings } = stream
  return { stream: { ...describe(stream, names), json_schema: loadSchema(schema) }, ...settings }
}
