import { compareVersions, parseVersion } from '../version/semver.ts'
import { listHeadings } from './markdown.ts'

/** One row of the table below `## Changelog`. */
export type ChangelogRow = {
  readonly version: string
  /** YYYY-MM-DD. */
  readonly date: string
  readonly pullRequest: string
  readonly subject: string
  /** From 1. */
  readonly line: number
}

export type Changelog = {
  /** Newest first, as the page has them. */
  readonly rows: readonly ChangelogRow[]
  /** Of the row that separates the head of the table from its body; undefined without a table. */
  readonly separatorLine: number | undefined
  readonly headingLine: number | undefined
}

export const changelogHead = '| Version | Date | Pull Request | Subject |'
const changelogSeparator = '|---|---|---|---|'

/** Reads any row: every semantic version, no link or several, text in the cells. What is no row is left out. */
export function parseChangelog(page: string): Changelog {
  const lines = page.split('\n')
  const heading = listHeadings(page).find(({ text }) => /^change ?log$/i.test(text))
  if (heading === undefined) return { rows: [], separatorLine: undefined, headingLine: undefined }
  const separator = lines.findIndex((line, index) => index >= heading.line && /^\|?\s*:?-+:?\s*\|/.test(line))
  if (separator < 0) return { rows: [], separatorLine: undefined, headingLine: heading.line }
  const rows: ChangelogRow[] = []
  for (let index = separator + 1; index < lines.length; index++) {
    const line = lines[index] ?? ''
    if (!line.includes('|')) break
    const [version = '', date = '', pullRequest = '', ...subject] = splitCells(line)
    rows.push({ version, date, pullRequest, subject: subject.join(' | '), line: index + 1 })
  }
  return { rows, separatorLine: separator + 1, headingLine: heading.line }
}

/** The page with a row more: on top of the rows, or above the first older one. A missing table is made. */
export function addChangelogRow(page: string, row: Omit<ChangelogRow, 'line'>): string {
  const { rows, separatorLine, headingLine } = parseChangelog(page)
  const subject = row.subject.replaceAll('\n', ' ').replaceAll('|', '\\|')
  const cells = [row.version, row.date, row.pullRequest, subject]
  const text = `|${cells.map((cell) => (cell === '' ? ' ' : ` ${cell} `)).join('|')}|`
  const lines = page.trimEnd().split('\n')
  if (separatorLine === undefined) {
    const table = ['', changelogHead, changelogSeparator, text]
    if (headingLine === undefined) return [...lines, '', '## Changelog', ...table, ''].join('\n')
    return [...lines.toSpliced(headingLine, 0, ...table), ''].join('\n')
  }
  const next = rows.find(({ version }) => !isNewer(version, row.version))
  const last = rows.at(-1)?.line ?? separatorLine
  return [...lines.toSpliced((next?.line ?? last + 1) - 1, 0, text), ''].join('\n')
}

/** `[123](https://github.com/owner/name/pull/123)`; nothing where there is no number, for a row may be without a link. */
export function linkPullRequest(number: string | undefined, repository: string | undefined): string {
  if (number === undefined) return ''
  return repository === undefined ? `#${number}` : `[${number}](${repository}/pull/${number})`
}

/** Cells between bars; a bar behind a backslash is text. */
function splitCells(line: string): readonly string[] {
  const inner = line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'))
}

function isNewer(left: string, right: string): boolean {
  const [first, second] = [parseVersion(left), parseVersion(right)]
  return first !== undefined && second !== undefined && compareVersions(first, second) > 0
}
