import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import formatsModule from 'ajv-formats'
import { isObject } from '../../util/is-object.ts'
import { asObject, member } from '../../util/unknown.ts'
import type { Finding } from '../finding.ts'
import type { DocumentPath, SourceDocument } from '../source-document.ts'

// The package is CommonJS; its function is one level deeper for TypeScript.
const addFormats = formatsModule.default

export type SchemaProblem = {
  readonly path: DocumentPath
  readonly message: string
}

/** Checks a value against a JSON schema; each problem says where and what to do, in the words of the file. */
export function findSchemaProblems(schema: object, value: unknown): readonly SchemaProblem[] {
  return createValidator(schema)(value)
}

/** The same for several values. What is no schema refuses nothing. */
export function createValidator(schema: unknown): (value: unknown) => readonly SchemaProblem[] {
  if (!isObject(schema)) return () => []
  const validate = compile(schema)
  if (validate === undefined) return () => []
  return (value) => {
    if (validate(value)) return []
    const errors = validate.errors ?? []
    // A branch that fails is reported by its own errors; the line of anyOf would only repeat them.
    const plain = errors.filter(({ keyword }) => !['anyOf', 'oneOf', 'if'].includes(keyword))
    return (plain.length > 0 ? plain : errors).map(describeError)
  }
}

function compile(schema: object): ValidateFunction | undefined {
  const ajv = new Ajv({ allErrors: true, strict: false, verbose: true, logger: false })
  addFormats(ajv)
  try {
    return ajv.compile(schema)
  } catch {
    // A specification with a wrong pattern or another draft: `landfall spec lint` is there to say so.
    return undefined
  }
}

export function findSchemaFindings(schema: object, document: SourceDocument): readonly Finding[] {
  if (document.problems.length > 0) return document.problems
  return findSchemaProblems(schema, document.value).map(({ path, message }) =>
    document.finding(path, message),
  )
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

function describeError(error: ErrorObject): SchemaProblem {
  const path = readPointer(error.instancePath)
  const name = path.join('.') || 'the file'
  const describe = descriptions[error.keyword]
  const message = describe?.(name, error) ?? `\`${name}\` ${error.message ?? 'is not valid'}.`
  return { path: [...path, ...extraStep(error)], message }
}

/** A field that should not be there has a line of its own. */
function extraStep({ keyword, params }: ErrorObject): DocumentPath {
  return keyword === 'additionalProperties' ? [String(params.additionalProperty)] : []
}

function readPointer(pointer: string): DocumentPath {
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

/** The known name that a mistyped one is nearest to; undefined where none is near. */
function findNearest(wrong: string, known: readonly string[]): string | undefined {
  const simple = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  const ranked = known
    .map((name) => ({ name, distance: editDistance(simple(wrong), simple(name)) }))
    .toSorted((left, right) => left.distance - right.distance)
  const [first] = ranked
  return first !== undefined && first.distance <= Math.max(1, wrong.length / 4) ? first.name : undefined
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (const [index, letter] of Array.from(left).entries()) {
    const next = [index + 1]
    for (const [column, other] of Array.from(right).entries()) {
      const substitution = (row[column] ?? 0) + Number(letter !== other)
      next.push(Math.min(substitution, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
