import { readFile } from 'node:fs/promises'
import { Ajv, type ErrorObject } from 'ajv'
import { type Document, isNode, LineCounter, parseDocument } from 'yaml'
import { DestinationError } from '../errors.ts'
import { describeSchemaError, plainSchemaErrors } from '../util/describe-schema-error.ts'
import { findWrongPlaceholders } from './find-wrong-placeholders.ts'
import schema from './manifest.schema.json' with { type: 'json' }
import type { Manifest } from './manifest.ts'

/**
 * Reads and validates a manifest.
 * @throws DestinationError `CONFIG_INVALID` with file, line and column of each problem
 */
export async function readManifest(path: string): Promise<Manifest> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === 'ENOENT' ? 'there is no such file' : 'it cannot be read'
    throw new DestinationError('CONFIG_INVALID', `The manifest \`${path}\`: ${reason}.`, { cause })
  })
  return parseManifest(text, path)
}

export function parseManifest(text: string, path: string): Manifest {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${path}:${line}:${col}`
  }
  const syntax = document.errors.map(({ pos, message }) => `${place(pos[0])}: ${message.split('\n')[0]}`)
  if (syntax.length > 0) throw invalid(path, syntax)
  const value: unknown = document.toJS()
  const validate = new Ajv({ allErrors: true, strict: false, verbose: true }).compile<Manifest>(schema)
  if (validate(value)) {
    const wrong = findWrongPlaceholders(value).map(
      ({ path: keys, problem }) =>
        `${place(offsetOfPath(document, keys))}: \`${keys.join('.')}\`: ${problem}`,
    )
    if (wrong.length > 0) throw invalid(path, wrong)
    return value
  }
  const problems = plainSchemaErrors(validate.errors ?? []).map(
    (error) => `${place(offsetOf(document, error))}: ${describeSchemaError(error).message}`,
  )
  throw invalid(path, [...new Set(problems)])
}

function invalid(path: string, problems: readonly string[]): DestinationError {
  return new DestinationError(
    'CONFIG_INVALID',
    `The manifest \`${path}\` is not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
  )
}

/** Where the value with the problem begins; for a key that should not be there, where the key begins. */
function offsetOf(document: Document, { instancePath, keyword, params }: ErrorObject): number {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (keyword === 'additionalProperties') {
    const parent: unknown = path.length === 0 ? document.contents : document.getIn(path, true)
    const name: unknown = params.additionalProperty
    const key = keysOf(parent).find(({ value }) => value === name)
    if (key !== undefined) return key.offset
  }
  return offsetOfPath(document, path)
}

/** The nearest value around the path that has a place in the text. */
function offsetOfPath(document: Document, path: readonly (string | number)[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}

function keysOf(node: unknown): readonly { readonly value: unknown; readonly offset: number }[] {
  const items = typeof node === 'object' && node !== null && 'items' in node ? node.items : []
  return (Array.isArray(items) ? items : []).flatMap((item: { readonly key?: unknown }) => {
    const { key } = item
    const isScalar = isNode(key) && 'value' in key && key.range
    return isScalar ? [{ value: key.value, offset: key.range?.[0] ?? 0 }] : []
  })
}
