import { asObject, member, textMember } from '../../../util/unknown.ts'
import type { Connector, TextFile } from '../../connector/connector.ts'
import { parseChangelog } from '../../documentation/changelog.ts'
import { listHeadings } from '../../documentation/markdown.ts'
import type { Finding } from '../../finding.ts'
import { compareVersions, parseVersion } from '../../version/semver.ts'
import { noMetadata, type Skip } from '../check.ts'

export function checkChangelog({ path: file, text }: TextFile, version: string): readonly Finding[] {
  const { rows, headingLine } = parseChangelog(text)
  if (rows.length === 0) {
    const message = 'There is no table below `## Changelog`. `landfall changelog add` makes it.'
    return [{ file, line: headingLine, message }]
  }
  const findings: Finding[] = rows.flatMap(({ version: row, date, line }): readonly Finding[] => {
    const problems = [
      ...(parseVersion(row) === undefined ? [`\`${row}\` is not a semantic version.`] : []),
      ...(/^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(Date.parse(date))
        ? []
        : [`\`${date}\` is not a date. Write YYYY-MM-DD.`]),
    ]
    return problems.map((message) => ({ file, line, message }))
  })
  if (!rows.some((row) => row.version === version)) {
    const message = `There is no row for ${version}. Run \`landfall changelog add --message "..."\`.`
    findings.push({ file, line: headingLine, message })
  }
  return [...findings, ...findDisorder(file, rows)]
}

function findDisorder(file: string, rows: ReturnType<typeof parseChangelog>['rows']): readonly Finding[] {
  return rows.flatMap(({ version, line }, index): readonly Finding[] => {
    const [current, next] = [parseVersion(version), parseVersion(rows[index + 1]?.version ?? '')]
    if (current === undefined || next === undefined || compareVersions(current, next) >= 0) return []
    return [
      {
        file,
        line,
        message: `${version} stands above ${rows[index + 1]?.version}, which is newer. Newest first.`,
      },
    ]
  })
}

export function checkMigrationGuide({ metadata, migrationGuide }: Connector): readonly Finding[] | Skip {
  if (metadata?.value === undefined) return noMetadata
  const breaking = Object.keys(asObject(member(metadata.value, 'data', 'releases', 'breakingChanges')))
  if (breaking.length === 0) return { skipped: 'there are no breaking changes' }
  const title = `# ${textMember(metadata.value, 'data', 'name')} Migration Guide`
  const { file, places } = migrationGuide
  if (file === undefined) {
    const message = `There are breaking changes, but no migration guide. Write \`${places.at(-1)}\`, beginning with \`${title}\`.`
    return [{ message }]
  }
  const { path, text } = file
  const upgrades = listHeadings(text).flatMap(({ text: heading, line }) => {
    const version = /^Upgrading to v?(\S+)$/i.exec(heading)?.[1]
    return version === undefined ? [] : [{ version, line }]
  })
  const missing = breaking.filter((version) => !upgrades.some((upgrade) => upgrade.version === version))
  const disordered = upgrades.filter(({ version }, index) => {
    const [current, next] = [parseVersion(version), parseVersion(upgrades[index + 1]?.version ?? '')]
    return current !== undefined && next !== undefined && compareVersions(current, next) < 0
  })
  return [
    ...(text.split('\n')[0] === title
      ? []
      : [{ file: path, line: 1, message: `The first line must be \`${title}\`.` }]),
    ...missing.map(
      (version): Finding => ({
        file: path,
        message: `There is no section \`## Upgrading to ${version}\`. Say what changed, for whom, and what to do.`,
      }),
    ),
    ...disordered.map(
      ({ version, line }): Finding => ({
        file: path,
        line,
        message: `The section of ${version} stands above a newer one. Newest first.`,
      }),
    ),
  ]
}
