import { showFinding } from '../finding.ts'
import type { Style } from '../kit.ts'
import type { ReportCase } from '../report/junit.ts'
import type { CheckResult } from './run-checks.ts'

export type QaReport = {
  /** Without `destination-` in front. */
  readonly connector: string
  readonly results: readonly CheckResult[]
  /** For all checks together. */
  readonly seconds: number
}

export type ShowOptions = {
  readonly style: (format: Style, text: string) => string
  /** Whether passed and skipped checks have a line each. */
  readonly isVerbose: boolean
}

/** The report for people: what failed and what to do, then one line that sums up. */
export function showReport(reports: readonly QaReport[], options: ShowOptions): string {
  const parts = reports.map((report) => showConnector(report, options))
  const failed = reports.filter(({ results }) => count(results, 'failed') > 0)
  const sum = failed.length === 0 ? [] : [`${failed.length} of ${reports.length} connectors need work.`]
  return [...parts, ...(reports.length > 1 ? sum : [])].join('\n\n')
}

const marks = {
  passed: { sign: '✓', format: 'green' },
  failed: { sign: '✗', format: 'red' },
  skipped: { sign: '-', format: 'dim' },
} as const

function showConnector({ connector, results }: QaReport, { style, isVerbose }: ShowOptions): string {
  const shown = results.filter(({ outcome }) => isVerbose || outcome === 'failed')
  const lines = shown.flatMap(({ check, outcome, findings, reason }) => {
    const { sign, format } = marks[outcome]
    const text = outcome === 'skipped' ? `skipped: ${reason}` : check.promise
    const head = `  ${style(format, sign)} ${style('bold', check.name)}`
    return [
      outcome === 'failed' ? head : `${head}  ${style('dim', text)}`,
      ...findings.map((finding) => `      ${showFinding(finding)}`),
    ]
  })
  const sum = (['passed', 'failed', 'skipped'] as const).map(
    (outcome) => `${count(results, outcome)} ${outcome}`,
  )
  const head = `${style('bold', `destination-${connector}`)}: ${sum.join(', ')}`
  return [head, ...lines].join('\n')
}

/** Cases for JUnit: one for each check, in a group for each connector. */
export function reportCases({ connector, results, seconds }: QaReport): readonly ReportCase[] {
  return results.map(({ check, outcome, findings, reason }) => ({
    group: `destination-${connector}`,
    name: check.name,
    seconds: seconds / results.length,
    outcome,
    message: reason ?? findings.map(showFinding).join('\n'),
  }))
}

/** The report for programs, with the names that Airbyte's own report has; `findings` is more. */
export function jsonReport(reports: readonly QaReport[], now: Date): object {
  return {
    generation_timestamp: now.toISOString(),
    connectors: Object.fromEntries(
      reports.map(({ connector, results }) => [`destination-${connector}`, jsonConnector(results)]),
    ),
  }
}

function jsonConnector(results: readonly CheckResult[]): object {
  const list = (outcome: CheckResult['outcome']) =>
    results
      .filter((result) => result.outcome === outcome)
      .map(({ check, findings, reason }) => ({
        check: check.name,
        category: check.category,
        message: reason ?? (findings.length === 0 ? check.promise : findings.map(showFinding).join('\n')),
        ...(findings.length > 0 ? { findings } : {}),
      }))
  const [passed, failed, skipped] = [list('passed'), list('failed'), list('skipped')]
  const total = passed.length + failed.length
  return {
    failed_checks: failed,
    skipped_checks: skipped,
    passed_checks: passed,
    failed_checks_count: failed.length,
    skipped_checks_count: skipped.length,
    successful_checks_count: passed.length,
    total_checks_count: total,
    badge_color: failed.length === 0 ? 'green' : 'red',
    badge_text: `${passed.length}/${total}`,
  }
}

/** Commands for GitHub Actions, which shows them at their lines. */
export function annotate(reports: readonly QaReport[]): readonly string[] {
  const findings = reports.flatMap(({ results }) =>
    results.flatMap((result) => result.findings.map((finding) => ({ ...finding, check: result.check.name }))),
  )
  return findings.map(({ file, line, message, check }) => {
    const place = [file && `file=${escapeProperty(file)}`, line && `line=${line}`, `title=${check}`].filter(
      Boolean,
    )
    return `::error ${place.join(',')}::${escapeData(message)}`
  })
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}

function count(results: readonly CheckResult[], outcome: CheckResult['outcome']): number {
  return results.filter((result) => result.outcome === outcome).length
}
