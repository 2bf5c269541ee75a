import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { DestinationError } from '../../errors.ts'
import { findConnectors } from '../connector/find-connectors.ts'
import { readBase } from '../connector/read-base.ts'
import { readConnector } from '../connector/read-connector.ts'
import type { KitExitCode } from '../exit-codes.ts'
import type { Kit } from '../kit.ts'
import { junitReport } from '../report/junit.ts'
import { allChecks } from './all-checks.ts'
import type { Check } from './check.ts'
import { annotate, jsonReport, type QaReport, reportCases, showReport } from './report.ts'
import { runChecks } from './run-checks.ts'

export type QaOptions = {
  /** Names of checks, or of categories. */
  readonly only?: readonly string[]
  /** A branch or commit to compare with. */
  readonly base?: string
  readonly json?: boolean
  /** Path of a report to write. */
  readonly junit?: string
  /** Also show what passed and why something was skipped. */
  readonly verbose?: boolean
  /** Print the checks instead of running them. */
  readonly list?: boolean
}

/** `landfall qa`: exit code 1 where a check failed. */
export async function runQa(kit: Kit, names: readonly string[], options: QaOptions): Promise<KitExitCode> {
  const checks = chooseChecks(options.only)
  if (options.list === true) {
    for (const { name, category, promise } of checks)
      kit.print(`${name.padEnd(26)} ${category.padEnd(14)} ${promise}`)
    return 0
  }
  const { cwd, env } = kit.environment
  const now = new Date()
  const reports: QaReport[] = []
  for (const folder of findConnectors(cwd, names)) {
    const connector = await readConnector(folder, cwd)
    const base = await readBase(connector, options.base, env)
    const startedAt = performance.now()
    const results = runChecks(checks, { connector, base, today: now.toISOString().slice(0, 10) })
    reports.push({ connector: connector.name, results, seconds: (performance.now() - startedAt) / 1000 })
  }
  if (options.junit !== undefined) {
    await writeFile(resolve(cwd, options.junit), junitReport('landfall qa', reports.flatMap(reportCases)))
  }
  if (options.json === true) kit.print(JSON.stringify(jsonReport(reports, now), undefined, 2))
  else
    kit.print(
      showReport(reports, {
        style: (format, text) => kit.style(format, text),
        isVerbose: options.verbose === true,
      }),
    )
  if (env.GITHUB_ACTIONS === 'true') for (const line of annotate(reports)) kit.note(line)
  return reports.some(({ results }) => results.some(({ outcome }) => outcome === 'failed')) ? 1 : 0
}

/** @throws DestinationError `USAGE` for a name that no check and no category has */
export function chooseChecks(only: readonly string[] | undefined): readonly Check[] {
  if (only === undefined) return allChecks
  const unknown = only.find(
    (name) => !allChecks.some((check) => check.name === name || check.category === name),
  )
  if (unknown !== undefined) {
    throw new DestinationError(
      'USAGE',
      `There is no check \`${unknown}\`. \`landfall qa --list\` shows them.`,
    )
  }
  return allChecks.filter(({ name, category }) => only.includes(name) || only.includes(category))
}
