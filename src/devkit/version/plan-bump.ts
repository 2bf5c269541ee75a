import { dirname, join, resolve } from 'node:path'
import { DestinationError } from '../../errors.ts'
import { asObject, member, textMember } from '../../util/unknown.ts'
import type { Connector } from '../connector/connector.ts'
import { demandMetadata } from '../metadata/run-metadata.ts'
import { SourceDocument } from '../source-document.ts'
import { type BumpType, bumpTypes, bumpVersion } from './bump-version.ts'
import { compareVersions, formatVersion, isReleaseCandidate, parseVersion, type Version } from './semver.ts'

export type FileEdit = {
  /** As a person would type it. */
  readonly path: string
  readonly text: string
}

export type BumpPlan = {
  readonly connector: Connector
  readonly previous: string
  readonly next: string
  readonly edits: readonly FileEdit[]
}

/** The step from the version of metadata.yaml, and the files that change with it; the changelog is not among them. */
export function planBump(connector: Connector, step: string): BumpPlan {
  const metadata = demandMetadata(connector)
  const previous = textMember(metadata.value, 'data', 'dockerImageTag') ?? ''
  const version = parseVersion(previous)
  if (version === undefined) {
    const message = `\`dockerImageTag\` in \`${metadata.path}\` is \`${previous}\`, which is not a semantic version. Correct it first.`
    throw new DestinationError('FILE_INVALID', message)
  }
  const next = takeStep(version, step)
  const tag = formatVersion(next)
  const edits = [
    editMetadata(metadata, version, next),
    ...editPackage(connector, tag),
    ...editDockerfile(connector, previous, tag),
  ]
  return { connector, previous, next: tag, edits }
}

/** A type of bump, or the version itself. */
function takeStep(version: Version, step: string): Version {
  const type = bumpTypes.find((name): name is BumpType => name === step)
  if (type !== undefined) return bumpVersion(version, type)
  const target = parseVersion(step)
  if (target === undefined) {
    const message = `\`${step}\` is neither a version nor a step. Choose ${bumpTypes.join(', ')}, or write a version like 1.2.3.`
    throw new DestinationError('USAGE', message)
  }
  if (compareVersions(target, version) > 0) return target
  throw new DestinationError(
    'USAGE',
    `${step} is not higher than ${formatVersion(version)}. Versions only rise.`,
  )
}

/** Only the tag of the connector itself: an override of a registry keeps its own. */
function editMetadata(metadata: SourceDocument, previous: Version, next: Version): FileEdit {
  const { path } = metadata
  const text = metadata.replace(['data', 'dockerImageTag'], formatVersion(next)) ?? metadata.text
  const rollout = ['data', 'releases', 'rolloutConfiguration', 'enableProgressiveRollout'] as const
  const isRollout = isReleaseCandidate(next)
  const current = member(metadata.value, ...rollout)
  if (isRollout ? current === true : current !== true || !isReleaseCandidate(previous)) return { path, text }
  const document = new SourceDocument(path, text)
  return { path, text: document.replace(rollout, isRollout) ?? document.set(rollout, isRollout) }
}

function editPackage({ package: manifest }: Connector, tag: string): readonly FileEdit[] {
  const text = manifest?.replace(['version'], tag)
  return manifest === undefined || text === undefined ? [] : [{ path: manifest.path, text }]
}

function editDockerfile({ dockerfile }: Connector, previous: string, tag: string): readonly FileEdit[] {
  if (dockerfile === undefined) return []
  const label = /(io\.airbyte\.version["']?=["']?)([^\s"']+)/g
  const text = dockerfile.text.replace(label, (whole, start: string, version: string) =>
    version === previous ? start + tag : whole,
  )
  return text === dockerfile.text ? [] : [{ path: dockerfile.path, text }]
}

/** The lock that npm keeps beside a package.json names the version twice. */
export function editLock(text: string, tag: string): string {
  const lock: unknown = JSON.parse(text)
  const own = member(lock, 'packages', '')
  const packages = { ...asObject(member(lock, 'packages')), '': { ...asObject(own), version: tag } }
  return `${JSON.stringify({ ...asObject(lock), version: tag, packages }, undefined, 2)}\n`
}

/** Connectors that share a package.json are one release: a step for one is a step for all of them. */
export function findShared(
  cwd: string,
  plans: readonly BumpPlan[],
  everyone: readonly Connector[],
): readonly string[] {
  const planned = new Set(plans.map(({ connector }) => connector.folder))
  const shared = new Set(
    plans
      .map(({ connector }) => connector)
      .filter(({ package: manifest, folder }) => manifest && resolve(cwd, dirname(manifest.path)) !== folder)
      .map(({ package: manifest }) => manifest?.path),
  )
  return everyone
    .filter(({ folder, package: manifest }) => !planned.has(folder) && manifest && shared.has(manifest.path))
    .map(({ name }) => name)
}

/** Where the lock of a connector's package.json would be; absolute. */
export function lockPath(cwd: string, { package: manifest }: Connector): string | undefined {
  return manifest === undefined ? undefined : join(resolve(cwd, dirname(manifest.path)), 'package-lock.json')
}
