import { DestinationError } from '../../errors.ts'
import type { Bump } from '../spec/diff-specs.ts'
import { compareVersions, formatVersion, isReleaseCandidate, stableOf, type Version } from './semver.ts'

export const bumpTypes = [
  'patch',
  'minor',
  'major',
  'patch_rc',
  'minor_rc',
  'major_rc',
  'rc',
  'promote',
] as const
export type BumpType = (typeof bumpTypes)[number]

/**
 * The next version. `rc` is the next candidate of the same version, `promote` makes a candidate the version that
 * it is one for.
 * @throws DestinationError `USAGE` where the step makes no sense from this version
 */
export function bumpVersion(version: Version, type: BumpType): Version {
  const isCandidate = isReleaseCandidate(version)
  if (type === 'rc' || type === 'promote') {
    if (!isCandidate) throw refuse(version, type, 'is no release candidate')
    return type === 'promote'
      ? stableOf(version)
      : { ...version, prerelease: ['rc', String(candidateNumber(version) + 1)] }
  }
  if (isCandidate) throw refuse(version, type, 'is a release candidate: use rc or promote')
  const [step, suffix] = type.split('_')
  const next = raise(stableOf(version), step)
  return suffix === 'rc' ? { ...next, prerelease: ['rc', '1'] } : next
}

/** What a step from one version to another promises. */
export function bumpBetween(before: Version, after: Version): Bump {
  if (compareVersions(after, before) <= 0) return 'none'
  if (after.major > before.major) return 'major'
  return after.minor > before.minor ? 'minor' : 'patch'
}

function raise(version: Version, step: string | undefined): Version {
  const { major, minor, patch } = version
  if (step === 'major') return { ...version, major: major + 1, minor: 0, patch: 0 }
  if (step === 'minor') return { ...version, minor: minor + 1, patch: 0 }
  return { ...version, patch: patch + 1 }
}

/** `rc.3` and `rc3` are both the third. */
function candidateNumber({ prerelease: [first = '', second] }: Version): number {
  return Number(second ?? first.slice(2)) || 0
}

function refuse(version: Version, type: BumpType, reason: string): DestinationError {
  return new DestinationError(
    'USAGE',
    `\`${type}\` cannot follow ${formatVersion(version)}, which ${reason}.`,
  )
}
