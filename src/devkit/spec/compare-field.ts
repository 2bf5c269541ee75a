import { asArray, member } from '../../util/unknown.ts'
import { type SpecField, typesOf } from './walk-spec.ts'

/** One difference between two specifications, and the least change of version that it asks for. */
export type SpecChange = {
  readonly bump: 'patch' | 'minor' | 'major'
  /** As in a configuration. */
  readonly field: string
  /** Goes on behind the name of the field. */
  readonly message: string
}

type Fields = readonly SpecField[]
type Change = Omit<SpecChange, 'field'>

/** What became of one field; it may be in several branches of `oneOf`. */
export function compareField(
  field: string,
  before: Fields,
  after: Fields | undefined,
): readonly SpecChange[] {
  if (after === undefined) {
    return [{ bump: 'major', field, message: 'is gone: stored configurations lose its value.' }]
  }
  const changes = comparisons.flatMap((compare) => compare(before, after))
  const texts = (fields: Fields) => collect(fields, ['title', 'description'])
  const reads: readonly Change[] =
    changes.length === 0 && texts(before) !== texts(after)
      ? [{ bump: 'patch', message: 'reads differently.' }]
      : []
  return [...changes, ...reads].map((change) => ({ ...change, field }))
}

const comparisons: readonly ((before: Fields, after: Fields) => readonly Change[])[] = [
  compareRequired,
  compareTypes,
  compareFormats,
  compareChoices,
  compareDefaults,
  compareLimits,
]

function compareRequired(before: Fields, after: Fields): readonly Change[] {
  const [was, is] = [before.some((field) => field.isRequired), after.some((field) => field.isRequired)]
  if (was === is) return []
  return [
    is
      ? { bump: 'major', message: 'was optional and is required now.' }
      : { bump: 'minor', message: 'was required and is optional now.' },
  ]
}

function compareTypes(before: Fields, after: Fields): readonly Change[] {
  const [old, current] = [before, after].map((fields) =>
    unique(fields.flatMap(({ schema }) => typesOf(schema))),
  )
  if (old === undefined || current === undefined) return []
  const lost = old.filter(
    (type) => !current.includes(type) && !(type === 'integer' && current.includes('number')),
  )
  if (lost.length > 0) {
    return [
      {
        bump: 'major',
        message: `was ${lost.join(', ')} and is ${current.join(', ') || 'without a type'} now.`,
      },
    ]
  }
  return current.join() === old.join() ? [] : [{ bump: 'minor', message: `takes ${current.join(', ')} now.` }]
}

function compareFormats(before: Fields, after: Fields): readonly Change[] {
  return (['format', 'airbyte_type', 'airbyte_secret'] as const).flatMap((keyword): readonly Change[] => {
    const [was, is] = [collect(before, [keyword]), collect(after, [keyword])]
    if (was === is) return []
    const bump = keyword === 'airbyte_secret' ? 'minor' : 'major'
    return [{ bump, message: `has another \`${keyword}\`: ${was || 'none'} before, ${is || 'none'} now.` }]
  })
}

function compareChoices(before: Fields, after: Fields): readonly Change[] {
  const [old, current] = [before, after].map((fields) =>
    unique(fields.flatMap(({ schema }) => choicesOf(schema))),
  )
  if (old === undefined || current === undefined) return []
  if (old.length === 0 && current.length > 0) {
    return [{ bump: 'major', message: 'took any value and takes only some now.' }]
  }
  if (old.length > 0 && current.length === 0) return [{ bump: 'minor', message: 'takes any value now.' }]
  const [lost, gained] = [without(old, current), without(current, old)]
  return [
    ...(lost.length > 0 ? [{ bump: 'major', message: `no longer takes ${lost.join(', ')}.` } as const] : []),
    ...(gained.length > 0 ? [{ bump: 'minor', message: `also takes ${gained.join(', ')}.` } as const] : []),
  ]
}

function compareDefaults(before: Fields, after: Fields): readonly Change[] {
  if (collect(before, ['default']) === collect(after, ['default'])) return []
  return [
    { bump: 'minor', message: 'has another default, which counts for configurations that leave it out.' },
  ]
}

const limits = [
  { keyword: 'minimum', sign: 1 },
  { keyword: 'minLength', sign: 1 },
  { keyword: 'maximum', sign: -1 },
  { keyword: 'maxLength', sign: -1 },
] as const

/** Limits are compared in the first branch that has the field; it is the only one where there is no choice. */
function compareLimits([before]: Fields, [after]: Fields): readonly Change[] {
  const numeric = limits.flatMap(({ keyword, sign }): readonly Change[] => {
    const [was, is] = [member(before?.schema, keyword), member(after?.schema, keyword)]
    if (was === is) return []
    const isNarrower = typeof is === 'number' && (typeof was !== 'number' || (is - was) * sign > 0)
    const message = `has another \`${keyword}\`: ${show(was) || 'none'} before, ${show(is) || 'none'} now.`
    return [{ bump: isNarrower ? 'major' : 'minor', message }]
  })
  const [was, is] = [member(before?.schema, 'pattern'), member(after?.schema, 'pattern')]
  if (was === is) return numeric
  const message = 'has another `pattern`: values that were right may not be any more.'
  return [...numeric, { bump: is === undefined ? 'minor' : 'major', message }]
}

function choicesOf(schema: unknown): readonly string[] {
  const constant = member(schema, 'const')
  return constant === undefined ? asArray(member(schema, 'enum')).map(show) : [show(constant)]
}

/** The values of some keywords in all branches, as one text to compare. */
function collect(fields: Fields, keywords: readonly string[]): string {
  const values = fields.map(({ schema }) =>
    keywords.map((keyword) => show(member(schema, keyword))).join('|'),
  )
  return unique(values).join()
}

function show(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value)
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)].toSorted()
}

function without(values: readonly string[], others: readonly string[]): readonly string[] {
  return values.filter((value) => !others.includes(value))
}
