import type { ErrorObject } from 'ajv'
import { findNearest } from './find-nearest.ts'
import { isObject } from './is-object.ts'
import { asObject, member } from './unknown.ts'

export type SchemaProblem = {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** The errors of a failed validation, without those that only repeat others. */
export function plainSchemaErrors(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  // A branch that fails is reported by its own errors; the line of anyOf would only repeat them.
  const plain = errors.filter(({ keyword }) => !['anyOf', 'oneOf', 'if'].includes(keyword))
  return plain.length > 0 ? plain : errors
}

/** What is wrong and what to do, in the words of the file, and where. The schema must be compiled with `verbose`. */
export function describeSchemaError(error: ErrorObject): SchemaProblem {
  const path = readPointer(error.instancePath)
  const name = path.join('.') || 'the file'
  const describe = descriptions[error.keyword]
  const message = describe?.(name, error) ?? `\`${name}\` ${error.message ?? 'is not valid'}.`
  return { path: [...path, ...extraStep(error)], message }
}

type Describe = (name: string, error: ErrorObject) => string

const descriptions: { readonly [keyword: string]: Describe } = {
  required: (name, { params }) =>
    `\`${join(name, params.missingProperty)}\` is missing. Add it${hint(params)}.`,
  additionalProperties: (name, { params, parentSchema }) => {
    const wrong = String(params.additionalProperty)
    const nearest = findNearest(wrong, Object.keys(asObject(parentSchema?.properties)))
    const advice = nearest === undefined ? 'Remove it.' : `Did you mean \`${nearest}\`?`
    return `\`${join(name, wrong)}\` is not a known field. ${advice}`
  },
  enum: (name, { params, data }) =>
    `\`${name}\` is ${show(data)}. Choose one of ${params.allowedValues.map(String).join(', ')}.`,
  const: (name, { params, data }) => `\`${name}\` is ${show(data)}. Write ${show(params.allowedValue)}.`,
  type: (name, { params, data }) =>
    data === null
      ? `\`${name}\` is empty. Give it a value (${params.type}), or remove the line.`
      : `\`${name}\` is ${show(data)}. Write ${articles[params.type] ?? params.type}.`,
  format: (name, { params, data }) =>
    `\`${name}\` is ${show(data)}. Write ${formats[params.format] ?? `a value of format ${params.format}`}.`,
  minProperties: (name) => `\`${name}\` is empty. Add an entry, or remove \`${name}\`.`,
  pattern: (name, { params, data }) =>
    `\`${name}\` is ${show(data)}, which does not match ${params.pattern}.`,
}

const articles: { readonly [type: string]: string } = {
  string: 'a text (in quotes where YAML would read a number)',
  boolean: 'true or false',
  integer: 'a whole number',
  object: 'an object',
  array: 'a list',
}

const formats: { readonly [format: string]: string } = {
  uuid: 'a UUID, for example the output of `node -p "crypto.randomUUID()"`',
  uri: 'a whole address that begins with https://',
  date: 'a date like 2026-03-31',
}

/** A field that should not be there has a line of its own. */
function extraStep({ keyword, params }: ErrorObject): SchemaProblem['path'] {
  return keyword === 'additionalProperties' ? [String(params.additionalProperty)] : []
}

function readPointer(pointer: string): SchemaProblem['path'] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step))
}

function join(name: string, key: unknown): string {
  return name === 'the file' ? String(key) : `${name}.${String(key)}`
}

function hint(params: unknown): string {
  const format = member(params, 'format')
  return typeof format === 'string' ? `: ${formats[format] ?? format}` : ''
}

function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  return isObject(value) ? 'an object' : `\`${String(value)}\``
}
