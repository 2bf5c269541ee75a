import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Lacks } from '../destination/capabilities.ts'
import { parseCatalog } from '../protocol/parse-catalog.ts'
import type { TableName } from '../sql/sql-generator.ts'
import type { SqlDestination } from '../typing/sql-destination.ts'
import { caseCatalog, caseLines, ownColumns, receivedStates, withChanges } from './case-messages.ts'
import { conformanceCases } from './cases/index.ts'
import { comparableRows, type TextRow } from './compare-values.ts'
import type { CaseStream, CaseSync, ConformanceCase, ExpectedRow } from './conformance-case.ts'
import { type ConnectorRun, runCheckCommand, runWriteCommand, type WriteInput } from './run-connector.ts'

/** A SQL destination and a place to write to, ready for any number of cases. */
export type ConformanceTarget = AsyncDisposable & {
  readonly destination: SqlDestination
  /** A configuration as the platform stores it. Each case gets a copy with its own changes. */
  readonly config: { readonly [key: string]: unknown }
  /**
   * All rows of a table in any order, each value as the warehouse's text; `undefined` where there is no
   * such table. Must not hold the database open between calls.
   */
  readRows(table: TableName): Promise<readonly TextRow[] | undefined>
  /** In front of every namespace that a case makes, for a warehouse that others use at the same time. Default: none. */
  readonly namespacePrefix?: string
  /** Runs `write` somewhere else, for example in a container. Without it, it runs in this process. */
  runWrite?(input: WriteInput): Promise<ConnectorRun>
  /** Runs `check` somewhere else. Without it, it runs in this process. */
  runCheck?(config: ConformanceTarget['config']): Promise<ConnectorRun>
}

export type TestDestinationOptions = {
  /** The destination's name, for the report. */
  readonly name: string
  /** Called once, before the first case. */
  readonly open: () => Promise<ConformanceTarget>
  /** What the destination cannot do, with the reason: its own `lacks`. The support matrix repeats it. */
  readonly lacks?: Lacks
  /** Other cases that the destination cannot pass: name to reason. A name that no case has is an error. */
  readonly skip?: { readonly [caseName: string]: string }
  /** Cases of the destination's own. */
  readonly cases?: readonly ConformanceCase[]
}

/** Registers the conformance suite for a destination, with vitest. A test file needs no more than this call. */
export function testDestination(options: TestDestinationOptions): void {
  const { name, cases = [] } = options
  const allCases = [...conformanceCases, ...cases]
  rejectUnknownNames(options, allCases)
  describe(`${name} conforms`, () => {
    let target: ConformanceTarget
    beforeAll(async () => {
      target = await options.open()
    })
    afterAll(async () => {
      await target?.[Symbol.asyncDispose]()
    })

    it('check succeeds', async () => {
      const run = await (target.runCheck?.(target.config) ??
        runCheckCommand(target.destination, target.config))
      expect(run.messages.filter(({ type }) => type === 'CONNECTION_STATUS')).toEqual([
        { type: 'CONNECTION_STATUS', connectionStatus: { status: 'SUCCEEDED' } },
      ])
    })

    for (const [index, conformanceCase] of allCases.entries()) {
      const reason = whySkipped(conformanceCase, options)
      const title = reason === undefined ? conformanceCase.name : `${conformanceCase.name} (${reason})`
      it.skipIf(reason !== undefined)(title, () =>
        runCase(target, conformanceCase, `${target.namespacePrefix ?? ''}case_${index}`),
      )
    }
  })
}

function rejectUnknownNames({ skip = {} }: TestDestinationOptions, cases: readonly ConformanceCase[]): void {
  const names = new Set(cases.map((conformanceCase) => conformanceCase.name))
  const unknown = Object.keys(skip).find((name) => !names.has(name))
  if (unknown !== undefined) throw new Error(`\`skip\` names \`${unknown}\`, which no case is called.`)
}

function whySkipped(
  { name, requires = [] }: ConformanceCase,
  { lacks = {}, skip = {} }: TestDestinationOptions,
): string | undefined {
  const missing = requires.find((capability) => lacks[capability] !== undefined)
  return missing === undefined ? skip[name] : lacks[missing]
}

/** Runs one case in a namespace of its own. Streams of the case that name no namespace get it. */
export async function runCase(
  target: ConformanceTarget,
  { syncs }: ConformanceCase,
  namespace: string,
): Promise<void> {
  for (const sync of syncs) {
    const input: WriteInput = {
      config: { ...target.config, ...sync.config },
      catalog: caseCatalog(sync, namespace),
      input: caseLines(sync, namespace),
      ...(sync.env === undefined ? {} : { env: sync.env }),
    }
    const run = await (target.runWrite?.(input) ?? runWriteCommand(target.destination, input))
    expect(run.exitCode, run.stdout).toBe(sync.exitCode ?? 0)
    expectStates(run, sync)
    for (const stream of sync.streams) await expectTables(target, sync, stream, namespace)
  }
}

function expectStates(run: ConnectorRun, { states }: CaseSync): void {
  if (states === undefined) return
  expect(receivedStates(run.stateLines)).toEqual(states)
}

async function expectTables(
  target: ConformanceTarget,
  sync: CaseSync,
  stream: CaseStream,
  namespace: string,
): Promise<void> {
  const { raw, final } = findTables(target, stream, namespace)
  if (sync.final !== undefined && stream.name in sync.final) {
    const rows = sync.final[stream.name]
    // A final table is made with its first rows; a sync that fails before that makes none.
    await expectFinal(target, final, rows, sync.exitCode === 1 && rows?.length === 0)
  }
  const columns = sync.columns?.[stream.name]
  if (columns !== undefined) {
    const [row] = (await target.readRows(final)) ?? []
    expect(ownColumns(row)).toEqual(columns.toSorted())
  }
  const rawCount = sync.rawCounts?.[stream.name]
  if (rawCount !== undefined) expect(await target.readRows(raw)).toHaveLength(rawCount)
}

/** Where the destination itself would look for a stream's tables. */
function findTables({ destination, config }: ConformanceTarget, stream: CaseStream, namespace: string) {
  const parsed = destination.configSchema.parse(config)
  const catalog = parseCatalog(JSON.stringify(caseCatalog({ streams: [stream], lines: [] }, namespace)))
  const [planned] = destination.plan(parsed, catalog).streams
  if (planned === undefined) throw new Error(`stream \`${stream.name}\` was not planned`)
  const generator = destination.sqlGenerator(parsed)
  return { raw: generator.rawTable(planned), final: generator.finalTable(planned) }
}

async function expectFinal(
  target: ConformanceTarget,
  table: TableName,
  rows: readonly ExpectedRow[] | undefined,
  isMissingAllowed: boolean,
): Promise<void> {
  const found = await target.readRows(table)
  if (found === undefined && isMissingAllowed) return
  if (rows === undefined) {
    expect(found, `table ${table.namespace}.${table.name}`).toBeUndefined()
    return
  }
  expect(found, `table ${table.namespace}.${table.name}`).toBeDefined()
  const { expected, actual } = comparableRows(rows, (found ?? []).map(withChanges))
  expect(actual).toEqual(expected)
}
