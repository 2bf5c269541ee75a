import { textMember } from '../../../util/unknown.ts'
import { diffSpecs, isEnough, leastBump } from '../../spec/diff-specs.ts'
import { lintSpec } from '../../spec/lint-spec.ts'
import { bumpBetween } from '../../version/bump-version.ts'
import { parseVersion } from '../../version/semver.ts'
import { type Check, noMetadata, noSpec } from '../check.ts'

export const specChecks: readonly Check[] = [
  {
    name: 'manifest',
    category: 'spec',
    promise: 'manifest.yaml describes a destination.',
    run: ({ connector: { files, manifestProblem } }) => {
      if (!files.has('manifest.yaml')) return { skipped: 'the connector has no `manifest.yaml`' }
      return manifestProblem === undefined ? [] : [{ message: manifestProblem }]
    },
  },
  {
    name: 'spec-lint',
    category: 'spec',
    promise: 'The platform can draw a form from the specification, and people can fill it in.',
    run: ({ connector: { spec } }) => (spec === undefined ? noSpec : lintSpec(spec)),
  },
  {
    name: 'spec-compatible',
    category: 'spec',
    promise: 'The version says what a change of the specification means for stored configurations.',
    run: ({ connector: { spec, metadata }, base }) => {
      if (spec === undefined) return noSpec
      if (metadata?.value === undefined) return noMetadata
      if (base.kind === 'none') return { skipped: base.reason }
      if (base.kind === 'new' || base.spec === undefined)
        return { skipped: `\`${base.reference}\` has no specification` }
      const changes = diffSpecs(base.spec.value, spec.value)
      const [before, after] = [base.metadata.value, metadata.value].map((value) =>
        parseVersion(textMember(value, 'data', 'dockerImageTag') ?? ''),
      )
      if (before === undefined || after === undefined) return { skipped: 'the versions cannot be compared' }
      const bump = bumpBetween(before, after)
      return changes
        .filter((change) => !isEnough(bump, neededBump(change.bump, after.major)))
        .map(({ field, message }) => {
          const needed = neededBump(leastBump(changes), after.major)
          return spec.finding(
            [],
            `\`${field}\` ${message} This needs a ${needed} version: \`landfall version bump ${needed}\`.`,
          )
        })
    },
  },
]

/** Before 1.0.0, a minor version may break things. */
function neededBump(bump: ReturnType<typeof leastBump>, major: number): ReturnType<typeof leastBump> {
  return major === 0 && bump === 'major' ? 'minor' : bump
}
