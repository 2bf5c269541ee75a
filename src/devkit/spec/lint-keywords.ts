import { asArray, entriesOf, member, textMember } from '../../util/unknown.ts'
import type { SpecProblem } from './lint-field.ts'
import { type SpecNode, typesOf } from './walk-spec.ts'

/** JSON schema has them; the platform's form does not. */
const foreignKeywords: readonly string[] =
  'not anyOf allOf patternProperties prefixItems if then else dependentSchemas dependentRequired dependencies'.split(
    ' ',
  )

const itemTypes = ['object', 'string', 'number', 'integer']

/** What the platform's form can draw, and what it cannot. */
export function lintKeywords({ path, schema }: SpecNode): readonly SpecProblem[] {
  const messages = [
    ...foreignKeywords
      .filter((keyword) => member(schema, keyword) !== undefined)
      .map(
        (keyword) =>
          `uses \`${keyword}\`, which the platform's form cannot draw. Use \`oneOf\` with a constant.`,
      ),
    ...lintReference(schema),
    ...lintShape(schema),
    ...lintChoices(schema),
    ...lintDisplay(schema),
  ]
  return messages.map((message) => ({ path, message }))
}

function lintReference(schema: unknown): readonly string[] {
  if (member(schema, '$ref') === undefined) return []
  return ['has a `$ref`, which the platform does not follow. Put the content in its place.']
}

function lintShape(schema: unknown): readonly string[] {
  const type = member(schema, 'type')
  const problems: string[] = []
  if (typesOf(schema).length > 1) problems.push('has several types. Keep one, or one and null.')
  const hasFields =
    entriesOf(member(schema, 'properties')).length > 0 || member(schema, 'oneOf') !== undefined
  if (type === 'object' && !hasFields) {
    problems.push('is an object without fields, which no form can fill. Add `properties`, or make it a text.')
  }
  const items = member(schema, 'items')
  const isKnown =
    member(items, 'enum') !== undefined || typesOf(items).some((name) => itemTypes.includes(name))
  if (type === 'array' && !isKnown) {
    problems.push('is a list whose `items` have no type. Use object, string, number or integer.')
  }
  if (![undefined, true].includes(member(schema, 'additionalProperties') as undefined | true)) {
    problems.push('forbids additional properties. Leave that out: stored configurations outlive fields.')
  }
  return problems
}

function lintChoices(schema: unknown): readonly string[] {
  const choices = asArray(member(schema, 'enum'))
  const fallback = member(schema, 'default')
  const problems: string[] = []
  if (new Set(choices.map((choice) => JSON.stringify(choice))).size < choices.length) {
    problems.push('lists a value of `enum` twice. Remove one.')
  }
  if (choices.length > 0 && fallback !== undefined && !choices.includes(fallback)) {
    problems.push(`has the default \`${String(fallback)}\`, which is not in its \`enum\`.`)
  }
  const pattern = textMember(schema, 'pattern')
  if (pattern !== undefined && !isPattern(pattern))
    problems.push('has a `pattern` that is not a regular expression.')
  return problems
}

function lintDisplay(schema: unknown): readonly string[] {
  const display = member(schema, 'display_type')
  if (display === undefined) return []
  return [
    ...(member(schema, 'oneOf') === undefined
      ? ['has a `display_type`, which only goes with `oneOf`. Remove it.']
      : []),
    ...(display === 'dropdown' || display === 'radio'
      ? []
      : ['has a `display_type` that is neither dropdown nor radio.']),
  ]
}

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp
  } catch {
    // The failure is the answer.
    return false
  }
}
