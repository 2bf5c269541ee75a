import { readFile } from 'node:fs/promises'
import type { ConfigSchema } from '../destination/destination.ts'
import { DestinationError, type ErrorCode } from '../errors.ts'
import { JsonSyntaxError, parseJson } from '../protocol/json-value.ts'

/** What the `--config` file holds, before it is checked. Integers beyond 2^53 are not a thing in configurations. */
export async function readConfigFile(path: string): Promise<unknown> {
  const text = await readTextFile(path, 'CONFIG_INVALID', 'configuration')
  assertJson(text, path, 'CONFIG_INVALID', 'configuration')
  return JSON.parse(text)
}

/** @throws DestinationError `CONFIG_INVALID` that names every field that is wrong, never its value */
export function parseConfig<Config>(schema: ConfigSchema<Config>, value: unknown): Config {
  try {
    return schema.parse(value)
  } catch (error) {
    if (DestinationError.is(error)) throw error
    throw new DestinationError('CONFIG_INVALID', `The configuration is invalid: ${describeIssues(error)}`, {
      cause: error instanceof Error ? error : undefined,
    })
  }
}

/** Reads a text file that the platform or the user names on the command line. */
export async function readTextFile(path: string, code: ErrorCode, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const reason = isNodeError(cause) ? (reasons[cause.code] ?? cause.code) : 'it cannot be read'
    throw new DestinationError(code, `The ${what} file \`${path}\`: ${reason}.`, { cause })
  }
}

const reasons: { readonly [code: string]: string } = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  EISDIR: 'it is a directory',
}

/** The position is safe to show; the content around it may be a secret. */
export function assertJson(text: string, path: string, code: ErrorCode, what: string): void {
  try {
    parseJson(text)
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    throw new DestinationError(code, `The ${what} file \`${path}\` is not JSON: ${error.message}.`)
  }
}

type Issue = { readonly path: readonly PropertyKey[]; readonly message: string }

/** The issues of a zod error, or the message of any other. */
function describeIssues(error: unknown): string {
  if (!hasIssues(error)) return error instanceof Error ? error.message : String(error)
  return error.issues
    .map(({ path, message }) => (path.length > 0 ? `\`${path.map(String).join('.')}\`: ${message}` : message))
    .join('; ')
    .concat('.')
}

function hasIssues(error: unknown): error is { readonly issues: readonly Issue[] } {
  return typeof error === 'object' && error !== null && 'issues' in error && Array.isArray(error.issues)
}

function isNodeError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}
