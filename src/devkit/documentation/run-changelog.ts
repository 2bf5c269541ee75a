import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { DestinationError } from '../../errors.ts'
import { textMember } from '../../util/unknown.ts'
import type { Connector } from '../connector/connector.ts'
import { findConnectors } from '../connector/find-connectors.ts'
import { readConnector } from '../connector/read-connector.ts'
import type { KitExitCode } from '../exit-codes.ts'
import type { Kit } from '../kit.ts'
import { demandMetadata } from '../metadata/run-metadata.ts'
import { parseVersion } from '../version/semver.ts'
import { addChangelogRow, linkPullRequest, parseChangelog } from './changelog.ts'
import { repositoryOf } from './repository.ts'

export type ChangelogOptions = {
  readonly message: string
  readonly pullRequest?: string
  /** YYYY-MM-DD; today where it is absent. */
  readonly date?: string
  /** That of metadata.yaml where it is absent. */
  readonly version?: string
  readonly dryRun?: boolean
}

/** `landfall changelog add`. */
export async function runAdd(
  kit: Kit,
  names: readonly string[],
  options: ChangelogOptions,
): Promise<KitExitCode> {
  const { cwd } = kit.environment
  checkOptions(options)
  const connectors = await Promise.all(findConnectors(cwd, names).map((folder) => readConnector(folder, cwd)))
  const pages = connectors.map((connector) => {
    const version =
      options.version ?? textMember(demandMetadata(connector).value, 'data', 'dockerImageTag') ?? ''
    return { connector, version, ...writeChangelog(connector, version, options) }
  })
  for (const { path, text, version } of pages) {
    if (options.dryRun !== true) await writeFile(resolve(cwd, path), text)
    kit.print(`${path}: ${options.dryRun === true ? 'would get' : 'has'} a row for ${version}`)
  }
  return 0
}

/**
 * The connector's page with a row for a version.
 * @throws DestinationError where there is no page, or the version has its row already
 */
export function writeChangelog(
  connector: Connector,
  version: string,
  { message, pullRequest, date }: ChangelogOptions,
): { readonly path: string; readonly text: string } {
  const { file, places } = connector.documentation
  if (file === undefined) {
    throw new DestinationError(
      'FILE_INVALID',
      `There is no page for the changelog. Write \`${places.at(0)}\` first.`,
    )
  }
  const present = parseChangelog(file.text).rows.find((row) => row.version === version)
  if (present !== undefined) {
    throw new DestinationError(
      'USAGE',
      `\`${file.path}\` has a row for ${version} already, in line ${present.line}. Bump the version, or edit the row.`,
    )
  }
  const row = {
    version,
    date: date ?? new Date().toISOString().slice(0, 10),
    pullRequest: linkPullRequest(pullRequest, repositoryOf(connector)),
    subject: message,
  }
  return { path: file.path, text: addChangelogRow(file.text, row) }
}

/** @throws DestinationError `USAGE` */
export function checkOptions({ version, date, pullRequest, message }: ChangelogOptions): void {
  const problem = [
    message.trim() === '' && 'The message is empty. Say what changed for users.',
    version !== undefined &&
      parseVersion(version) === undefined &&
      `\`${version}\` is not a semantic version.`,
    date !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(date) && `\`${date}\` is not a date. Write YYYY-MM-DD.`,
    pullRequest !== undefined &&
      !/^\d+$/.test(pullRequest) &&
      `\`${pullRequest}\` is not the number of a pull request.`,
  ].find((text) => text !== false)
  if (problem !== undefined) throw new DestinationError('USAGE', problem)
}
