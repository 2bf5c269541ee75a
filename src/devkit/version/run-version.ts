import { existsSync } from 'node:fs'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import { DestinationError } from '../../errors.ts'
import { member } from '../../util/unknown.ts'
import type { Connector } from '../connector/connector.ts'
import { findConnectors } from '../connector/find-connectors.ts'
import { readConnector } from '../connector/read-connector.ts'
import { type ChangelogOptions, checkOptions, writeChangelog } from '../documentation/run-changelog.ts'
import type { KitExitCode } from '../exit-codes.ts'
import type { Kit } from '../kit.ts'
import { runQa } from '../qa/run-qa.ts'
import { type BumpPlan, editLock, type FileEdit, findShared, lockPath, planBump } from './plan-bump.ts'

export type BumpOptions = Partial<Pick<ChangelogOptions, 'message' | 'pullRequest' | 'date' | 'dryRun'>> & {
  readonly json?: boolean
}

/** `landfall version bump`: everything that names the version changes together, or nothing does. */
export async function runBump(
  kit: Kit,
  [step, names]: readonly [string, readonly string[]],
  options: BumpOptions,
): Promise<KitExitCode> {
  const { cwd } = kit.environment
  const connectors = await readAll(cwd, findConnectors(cwd, names))
  const plans = connectors.map((connector) => planBump(connector, step))
  await refuseHalf(cwd, plans)
  const edits = await collectEdits(cwd, plans, options)
  if (options.dryRun !== true) {
    for (const { path, text } of edits) await writeFile(resolve(cwd, path), text)
  }
  const paths = edits.map(({ path }) => path)
  if (options.json === true)
    kit.print(
      JSON.stringify(
        plans.map((plan) => report(plan, paths, options)),
        undefined,
        2,
      ),
    )
  else {
    for (const { connector, previous, next } of plans)
      kit.print(`destination-${connector.name}: ${previous} -> ${next}`)
    kit.print(`${options.dryRun === true ? 'Would change' : 'Changed'} ${paths.join(', ')}.`)
    adviseNext(kit, plans, options)
  }
  await writeOutputs(kit, plans)
  return 0
}

/** `landfall version check`: the checks of `landfall qa` that are about versions. */
export async function runVersionCheck(
  kit: Kit,
  names: readonly string[],
  options: { readonly base?: string; readonly json?: boolean },
): Promise<KitExitCode> {
  const only = [
    'version',
    'spec-compatible',
    'package-version',
    'changelog-entry',
    'breaking-change-deadline',
  ]
  return runQa(kit, names, { ...options, only, verbose: true })
}

function readAll(cwd: string, folders: readonly string[]): Promise<readonly Connector[]> {
  return Promise.all(folders.map((folder) => readConnector(folder, cwd)))
}

async function refuseHalf(cwd: string, plans: readonly BumpPlan[]): Promise<void> {
  const parents = [...new Set(plans.map(({ connector }) => dirname(connector.folder)))]
  const siblings = parents
    .filter((parent) => parent.endsWith('destinations'))
    .map((parent) => dirname(parent))
  const everyone = (
    await Promise.all(siblings.map(async (root) => readAll(cwd, findConnectors(root, []))))
  ).flat()
  const shared = findShared(cwd, plans, everyone)
  if (shared.length > 0) {
    throw new DestinationError(
      'USAGE',
      `The version in package.json is also that of ${shared.join(', ')}. Bump all of them: leave out the names.`,
    )
  }
  if (new Set(plans.filter(({ connector }) => isShared(cwd, connector)).map(({ next }) => next)).size > 1) {
    throw new DestinationError(
      'FILE_INVALID',
      'The connectors share a package.json, but have several versions. Make them equal first.',
    )
  }
}

function isShared(cwd: string, { package: manifest, folder }: Connector): boolean {
  return manifest !== undefined && resolve(cwd, dirname(manifest.path)) !== folder
}

/** Every file once, the changelog where there is a message, and the lock of npm. */
async function collectEdits(
  cwd: string,
  plans: readonly BumpPlan[],
  options: BumpOptions,
): Promise<readonly FileEdit[]> {
  const edits = plans.flatMap((plan) => plan.edits)
  const { message } = options
  if (message !== undefined) {
    checkOptions({ ...options, message })
    edits.push(
      ...plans.map(({ connector, next }) => writeChangelog(connector, next, { ...options, message })),
    )
  }
  for (const { connector, next } of plans) {
    const lock = lockPath(cwd, connector)
    if (lock === undefined || !existsSync(lock)) continue
    edits.push({ path: relative(cwd, lock), text: editLock(await readFile(lock, 'utf8'), next) })
  }
  return [...new Map(edits.map((edit) => [edit.path, edit])).values()]
}

function report(
  { connector, previous, next }: BumpPlan,
  paths: readonly string[],
  { dryRun }: BumpOptions,
): object {
  return {
    connector: `destination-${connector.name}`,
    previous_version: previous,
    new_version: next,
    files_modified: paths,
    dry_run: dryRun === true,
  }
}

function adviseNext(kit: Kit, plans: readonly BumpPlan[], { message }: BumpOptions): void {
  if (message === undefined) kit.note('Next: `landfall changelog add --message "..."`.')
  const breaking = plans.find(
    ({ connector, next }) =>
      /^([2-9]|\d\d+)\.0\.0$/.test(next) &&
      member(connector.metadata?.value, 'data', 'releases', 'breakingChanges', next) === undefined,
  )
  if (breaking !== undefined) {
    kit.note(
      `Next: add \`releases.breakingChanges\` for ${breaking.next} to metadata.yaml, and a section to the migration guide.`,
    )
  }
}

/** Later steps of a workflow read these. */
async function writeOutputs(kit: Kit, plans: readonly BumpPlan[]): Promise<void> {
  const path = kit.environment.env.GITHUB_OUTPUT
  const [plan] = plans
  if (!path || plan === undefined) return
  await appendFile(path, `previous_version=${plan.previous}\nnew_version=${plan.next}\n`)
}
