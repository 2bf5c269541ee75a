import * as z from 'zod'
import { DestinationError } from '../errors.ts'

/** zod tells what is wrong with a value; an absent one only needs to be called absent. Values may be secrets. */
export const problem = (text: string) => ({
  error: (issue: { readonly input?: unknown }) => (issue.input === undefined ? 'is missing' : text),
})

export const textField = z.string(problem('must be a text'))
export const filledTextField = textField.trim().min(1, 'must not be empty')
export const flagField = z.boolean(problem('must be true or false')).nullish()
export const portField = z
  .int(problem('must be a whole number'))
  .min(1, 'must be from 1 to 65535')
  .max(65_535, 'must be from 1 to 65535')

/**
 * What a schema makes of a configuration.
 * @throws DestinationError `CONFIG_INVALID` that names every field that is wrong
 */
export function readFields<Fields extends z.ZodType>(fields: Fields, value: unknown): z.output<Fields> {
  // A configuration is read once, so zod need not generate code for its schema.
  const result = fields.safeParse(value, { jitless: true })
  if (!result.success) throw invalidFields(result.error)
  return result.data
}

/** Only the fields' names and our own words: a value may be a secret. */
function invalidFields(error: z.ZodError): DestinationError {
  const problems = error.issues.map((issue) => {
    const path = issue.path.map(String).join('.')
    return path ? `\`${path}\` ${issue.message}` : `the configuration ${issue.message}`
  })
  return new DestinationError(
    'CONFIG_INVALID',
    `The configuration cannot be used: ${problems.join('; ')}. Correct it in the destination's settings.`,
  )
}
