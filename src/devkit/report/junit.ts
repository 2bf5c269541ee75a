/** The result of one check or test, for reports that other tools read. */
export type ReportCase = {
  readonly group: string
  readonly name: string
  readonly seconds: number
  readonly outcome: 'passed' | 'failed' | 'skipped'
  /** Why it failed or was skipped. */
  readonly message?: string | undefined
}

/** A JUnit report, as CI systems read it. https://github.com/testmoapp/junitxml */
export function junitReport(name: string, cases: readonly ReportCase[]): string {
  const groups = [...new Set(cases.map(({ group }) => group))]
  const suites = groups.map((group) => {
    const members = cases.filter((entry) => entry.group === group)
    return [
      `  <testsuite name="${escapeXml(group)}" ${totals(members)}>`,
      ...members.map(testCase),
      '  </testsuite>',
    ].join('\n')
  })
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${escapeXml(name)}" ${totals(cases)}>
${suites.join('\n')}
</testsuites>
`
}

function totals(cases: readonly ReportCase[]): string {
  const count = (outcome: ReportCase['outcome']) => cases.filter((entry) => entry.outcome === outcome).length
  const seconds = cases.reduce((sum, entry) => sum + entry.seconds, 0)
  return `tests="${cases.length}" failures="${count('failed')}" skipped="${count('skipped')}" time="${seconds.toFixed(3)}"`
}

function testCase({ group, name, seconds, outcome, message = '' }: ReportCase): string {
  const start = `    <testcase classname="${escapeXml(group)}" name="${escapeXml(name)}" time="${seconds.toFixed(3)}"`
  if (outcome === 'passed') return `${start}/>`
  const [summary = ''] = message.split('\n')
  const element =
    outcome === 'failed'
      ? `<failure message="${escapeXml(summary)}">${escapeXml(message)}</failure>`
      : `<skipped message="${escapeXml(summary)}"/>`
  return `${start}>${element}</testcase>`
}

/** Characters that XML cannot hold even in escaped form are replaced. */
function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
}
