import { asArray, asObject, entriesOf, member } from '../../util/unknown.ts'
import type { SpecProblem } from './lint-field.ts'
import type { SpecNode } from './walk-spec.ts'

/** A choice is drawn by the platform only where each branch says by a constant which one it is. */
export function lintOneOf({ path, schema }: SpecNode): readonly SpecProblem[] {
  const branches = member(schema, 'oneOf')
  if (!Array.isArray(branches)) return []
  return lintChoice(schema, branches).map((message) => ({ path, message }))
}

function lintChoice(schema: unknown, branches: readonly unknown[]): readonly string[] {
  const problems: string[] = []
  if (member(schema, 'type') !== 'object') problems.push('has `oneOf`, so it needs `"type": "object"`.')
  if (branches.some((branch) => entriesOf(member(branch, 'properties')).length === 0)) {
    return [...problems, 'has a branch of `oneOf` without `properties`. Add the field that tells it apart.']
  }
  if (branches.some((branch) => typeof member(branch, 'title') !== 'string')) {
    problems.push('has a branch of `oneOf` without a `title`, which is what people choose by.')
  }
  return [...problems, ...lintDiscriminator(branches)]
}

function lintDiscriminator(branches: readonly unknown[]): readonly string[] {
  const [first, ...rest] = branches.map((branch) => Object.keys(asObject(member(branch, 'properties'))))
  const common = (first ?? []).filter((name) => rest.every((names) => names.includes(name)))
  const constants = common.filter((name) =>
    branches.every((branch) => discriminator(branch, name) !== undefined),
  )
  const [name] = constants
  if (name === undefined || constants.length > 1) {
    return [
      'needs exactly one field with a `const` that all branches of `oneOf` have and that tells them apart.',
    ]
  }
  const values = new Set(branches.map((branch) => discriminator(branch, name)))
  if (values.size === branches.length) return []
  return [`has two branches of \`oneOf\` with the same \`${name}\`. Give each its own constant.`]
}

/** `const`, or a list of one value that is also the default. */
function discriminator(branch: unknown, name: string): unknown {
  const field = member(branch, 'properties', name)
  const choices = asArray(member(field, 'enum'))
  const only = choices.length === 1 && member(field, 'default') === choices[0] ? choices[0] : undefined
  return member(field, 'const') ?? only
}
