/** A version by https://semver.org/spec/v2.0.0.html; build metadata says nothing about order and is not kept. */
export type Version = {
  readonly major: number
  readonly minor: number
  readonly patch: number
  /** The identifiers behind the hyphen; empty for a stable version. */
  readonly prerelease: readonly string[]
}

const pattern =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+[0-9A-Za-z.-]+)?$/

export function parseVersion(text: string): Version | undefined {
  const [matched, major, minor, patch, prerelease] = pattern.exec(text) ?? []
  if (matched === undefined) return undefined
  return {
    major: Number(major),
    minor: Number(minor),
    patch: Number(patch),
    prerelease: prerelease?.split('.') ?? [],
  }
}

export function formatVersion({ major, minor, patch, prerelease }: Version): string {
  return `${major}.${minor}.${patch}${prerelease.length > 0 ? `-${prerelease.join('.')}` : ''}`
}

/** Negative where the left version comes first. */
export function compareVersions(left: Version, right: Version): number {
  return (
    left.major - right.major ||
    left.minor - right.minor ||
    left.patch - right.patch ||
    comparePrereleases(left.prerelease, right.prerelease)
  )
}

/**
 * A release candidate says `rc` as an identifier of its own: `rc.1` or `rc1`. An `rc` inside of another word
 * (`arc.1`) is none.
 */
export function isReleaseCandidate({ prerelease }: Version): boolean {
  return /^rc\d*$/.test(prerelease[0] ?? '')
}

/** The same version without what stands behind the hyphen. */
export function stableOf(version: Version): Version {
  return { ...version, prerelease: [] }
}

function comparePrereleases(left: readonly string[], right: readonly string[]): number {
  if (left.length === 0 || right.length === 0) return right.length - left.length
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const order = compareIdentifiers(left[index], right[index])
    if (order !== 0) return order
  }
  return 0
}

/** A missing identifier comes first, then numbers by value, then words. */
function compareIdentifiers(left: string | undefined, right: string | undefined): number {
  if (left === undefined || right === undefined) {
    return Number(left !== undefined) - Number(right !== undefined)
  }
  const [isLeftNumber, isRightNumber] = [/^\d+$/.test(left), /^\d+$/.test(right)]
  if (isLeftNumber && isRightNumber) return Number(left) - Number(right)
  if (isLeftNumber !== isRightNumber) return isLeftNumber ? -1 : 1
  if (left === right) return 0
  return left < right ? -1 : 1
}
