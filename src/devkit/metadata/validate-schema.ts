import { Ajv, type ValidateFunction } from 'ajv'
import formatsModule from 'ajv-formats'
import {
  describeSchemaError,
  plainSchemaErrors,
  type SchemaProblem,
} from '../../util/describe-schema-error.ts'
import { isObject } from '../../util/is-object.ts'
import type { Finding } from '../finding.ts'
import type { SourceDocument } from '../source-document.ts'

// The package is CommonJS; its function is one level deeper for TypeScript.
const addFormats = formatsModule.default

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
    return plainSchemaErrors(validate.errors ?? []).map(describeSchemaError)
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
