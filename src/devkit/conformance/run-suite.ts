import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import {
  caseCatalog,
  caseLines,
  ownColumns,
  receivedStates,
  withChanges,
} from '../../testing/case-messages.ts'
import { conformanceCases } from '../../testing/cases/index.ts'
import { comparableRows, type TextRow } from '../../testing/compare-values.ts'
import type { CaseStream, CaseSync, ConformanceCase } from '../../testing/conformance-case.ts'
import { caseNamespace } from '../../testing/placeholders.ts'
import type { ReportCase } from '../report/junit.ts'
import type { ExternalConnector } from './external-connector.ts'
import { explain, protocolCases } from './protocol-cases.ts'
import type { ReadBack } from './read-back.ts'
import type { TestSettings } from './settings.ts'

export type SuiteOptions = {
  readonly connector: ExternalConnector
  /** Absent: the tables are not looked at, and only the protocol is tested. */
  readonly readBack: ReadBack | undefined
  readonly config: { readonly [name: string]: unknown }
  readonly scenarios: readonly ConformanceCase[]
  readonly settings: Pick<TestSettings, 'lacks' | 'skip'>
  /** Part of `group: name` of a case; others are left out. */
  readonly only: string | undefined
  /** Every namespace of the run begins with it. */
  readonly namespacePrefix: string
  readonly signal: AbortSignal
  readonly onResult: (result: ReportCase) => void
}

type Test = {
  readonly group: string
  readonly name: string
  readonly skipReason: string | undefined
  readonly run: (namespace: string) => Promise<void>
}

/** Runs protocol cases, conformance cases and scenarios one after the other. */
export async function runSuite(options: SuiteOptions): Promise<readonly ReportCase[]> {
  const results: ReportCase[] = []
  for (const [index, test] of listTests(options).entries()) {
    options.signal.throwIfAborted()
    const result = await runTest(test, `${options.namespacePrefix}_${index}`)
    options.onResult(result)
    results.push(result)
  }
  return results
}

/** Names of cases that `skip` may hold. */
export function knownNames(scenarios: readonly ConformanceCase[]): ReadonlySet<string> {
  return new Set([...protocolCases, ...conformanceCases, ...scenarios].map(({ name }) => name))
}

function listTests(options: SuiteOptions): readonly Test[] {
  const { connector, readBack, config, scenarios, settings, only = '' } = options
  const fromCase = (group: string) => (entry: ConformanceCase) => ({
    group,
    name: entry.name,
    skipReason: whySkipped(entry, settings),
    run: (namespace: string) => runCase({ connector, readBack, config }, entry, namespace),
  })
  const tests: readonly Test[] = [
    ...protocolCases.map(({ name, run }) => ({
      group: 'protocol',
      name,
      skipReason: settings.skip[name],
      run: (namespace: string) => run(connector, config, namespace),
    })),
    ...(readBack === undefined ? [] : conformanceCases.map(fromCase('conformance'))),
    ...scenarios.map(fromCase('scenarios')),
  ]
  return tests.filter(({ group, name }) => `${group}: ${name}`.includes(only))
}

function whySkipped(
  { name, requires = [] }: ConformanceCase,
  { lacks, skip }: SuiteOptions['settings'],
): string | undefined {
  return requires.map((capability) => lacks[capability]).find((reason) => reason !== undefined) ?? skip[name]
}

async function runTest({ group, name, skipReason, run }: Test, namespace: string): Promise<ReportCase> {
  if (skipReason !== undefined) return { group, name, seconds: 0, outcome: 'skipped', message: skipReason }
  const start = performance.now()
  const seconds = () => (performance.now() - start) / 1000
  try {
    await run(namespace)
    return { group, name, seconds: seconds(), outcome: 'passed' }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { group, name, seconds: seconds(), outcome: 'failed', message }
  }
}

type Target = Pick<SuiteOptions, 'connector' | 'readBack' | 'config'>

async function runCase(target: Target, { syncs }: ConformanceCase, namespace: string): Promise<void> {
  for (const [index, sync] of syncs.entries()) {
    const config = { ...target.config, ...sync.config }
    const run = await target.connector.run({
      command: 'write',
      files: { config, catalog: caseCatalog(sync, namespace) },
      lines: caseLines(sync, namespace),
      ...(sync.env === undefined ? {} : { env: sync.env }),
    })
    const place = `sync ${index + 1}`
    const expected = sync.exitCode ?? 0
    // Which code a failure has is the connector's own affair.
    strictEqual(
      run.exitCode === 0,
      expected === 0,
      `${place}: the exit code is ${run.exitCode}${explain(run)}`,
    )
    if (sync.states !== undefined)
      deepStrictEqual(receivedStates(run.stateLines), sync.states, `${place}: other states came back`)
    if (target.readBack === undefined) continue
    for (const stream of sync.streams)
      await checkTables(target.readBack, { config, sync, stream, namespace, place })
  }
}

type TableCheck = {
  readonly config: unknown
  readonly sync: CaseSync
  readonly stream: CaseStream
  readonly namespace: string
  readonly place: string
}

async function checkTables(readBack: ReadBack, { config, sync, stream, namespace, place }: TableCheck) {
  const read = (table: 'final' | 'raw') =>
    readBack.read({
      config,
      stream: stream.name.replace(caseNamespace, namespace),
      namespace: stream.namespace?.replace(caseNamespace, namespace) ?? null,
      table,
    })
  const where = `${place}, stream \`${stream.name}\``
  if (sync.final !== undefined && stream.name in sync.final) {
    compareRows(sync.final[stream.name], await read('final'), where)
  }
  const columns = sync.columns?.[stream.name]
  if (columns !== undefined) {
    const [row] = (await read('final')) ?? []
    deepStrictEqual(ownColumns(row), columns.toSorted(), `${where}: other columns`)
  }
  const rawCount = sync.rawCounts?.[stream.name]
  if (rawCount !== undefined)
    strictEqual((await read('raw'))?.length, rawCount, `${where}: rows of the raw table`)
}

function compareRows(
  rows: Exclude<CaseSync['final'], undefined>[string],
  found: readonly TextRow[] | undefined,
  where: string,
): void {
  strictEqual(found !== undefined, rows !== undefined, `${where}: whether there is a final table`)
  const { expected, actual } = comparableRows(rows ?? [], (found ?? []).map(withChanges))
  const difference = `${where}: other rows\nexpected:\n  ${expected.join('\n  ')}\nfound:\n  ${actual.join('\n  ')}`
  strictEqual(JSON.stringify(actual), JSON.stringify(expected), difference)
}
