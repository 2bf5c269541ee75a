import { member, textMember } from '../../../util/unknown.ts'
import type { Finding } from '../../finding.ts'
import {
  compareVersions,
  formatVersion,
  isReleaseCandidate,
  parseVersion,
  stableOf,
  type Version,
} from '../../version/semver.ts'
import { type Check, noMetadata } from '../check.ts'

/** Changes to these make no other image. */
const needsNoRelease =
  /(^|\/)(metadata\.yaml|icon\.svg|README\.md|AGENTS\.md|acceptance-test-config\.yml|\.dockerignore|\.gitignore)$|(^|\/)(tests?|docs|unit_tests|integration_tests)\/|\.(test|spec)\.[cm]?[jt]s$/

export const versionChecks: readonly Check[] = [
  {
    name: 'version-increment',
    category: 'version',
    promise: 'A connector that changed has a higher version than the base branch.',
    run: ({ connector: { metadata }, base }) => {
      if (metadata?.value === undefined) return noMetadata
      if (base.kind === 'none') return { skipped: base.reason }
      if (base.kind === 'new')
        return { skipped: `the connector is new: \`${base.reference}\` does not have it` }
      if (member(metadata.value, 'data', 'ab_internal', 'requireVersionIncrementsInPullRequests') === false) {
        return { skipped: '`requireVersionIncrementsInPullRequests` is false' }
      }
      const [tag, old] = [metadata.value, base.metadata.value].map(
        (value) => textMember(value, 'data', 'dockerImageTag') ?? '',
      )
      const [current, before] = [parseVersion(tag ?? ''), parseVersion(old ?? '')]
      if (current === undefined || before === undefined) return { skipped: 'the versions cannot be compared' }
      if (
        compareVersions(current, before) === 0 &&
        !base.changedFiles.some((path) => !needsNoRelease.test(path))
      ) {
        return { skipped: `nothing changed that is in the image, compared with \`${base.reference}\`` }
      }
      const problem = describeStep(before, current, base.reference)
      return problem === undefined
        ? []
        : ([metadata.finding(['data', 'dockerImageTag'], problem)] satisfies Finding[])
    },
  },
]

function describeStep(before: Version, current: Version, reference: string): string | undefined {
  const [old, tag] = [formatVersion(before), formatVersion(current)]
  const order = compareVersions(current, before)
  if (order < 0)
    return `The version is ${tag}, but \`${reference}\` has ${old}. Update your branch, then bump the version.`
  if (order === 0)
    return `The version is ${tag}, as on \`${reference}\`, but the connector changed. Run \`landfall version bump patch\`, minor or major.`
  if (!isReleaseCandidate(before) || compareVersions(stableOf(before), stableOf(current)) === 0)
    return undefined
  return `\`${reference}\` has the candidate ${old}. Finish it first: only ${formatVersion(stableOf(before))} or its next candidate can follow.`
}
