import { readFile } from 'node:fs/promises'
import { Ajv, type ErrorObject } from 'ajv'
import { type Document, isNode, LineCounter, parseDocument } from 'yaml'
import { DestinationError } from '../errors.ts'
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
  const problems = (validate.errors ?? [])
    // What follows from another problem in the same place only repeats it.
    .filter(({ keyword }) => keyword !== 'if' && keyword !== 'oneOf')
    .map((error) => `${place(offsetOf(document, error))}: ${describe(error)}`)
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

function describe({ instancePath, keyword, params, message, parentSchema }: ErrorObject): string {
  const name = instancePath.slice(1).replaceAll('/', '.') || 'the manifest'
  const known = Object.keys(parentSchema?.properties ?? {})
  if (keyword === 'additionalProperties') {
    const wrong = String(params.additionalProperty)
    const near = known.find((candidate) => isNear(candidate, wrong))
    const advice = near === undefined ? `Known are ${known.join(', ')}` : `Did you mean \`${near}\`?`
    return `\`${name}\` has no field \`${wrong}\`. ${advice}`
  }
  if (keyword === 'required') return `\`${name}\` needs the field \`${String(params.missingProperty)}\``
  if (keyword === 'enum') return `\`${name}\` must be one of ${params.allowedValues.join(', ')}`
  if (keyword === 'const') return `\`${name}\` must be ${JSON.stringify(params.allowedValue)}`
  return `\`${name}\` ${message ?? 'is wrong'}`
}

/** Whether one letter too many, too few or other, or two that changed places, makes the difference. */
function isNear(left: string, right: string): boolean {
  if (Math.abs(left.length - right.length) > 1) return false
  const start = [...left].findIndex((letter, index) => letter !== right[index])
  if (start === -1) return true
  const tails = [
    [left.slice(start + 1), right.slice(start + 1)],
    [left.slice(start + 1), right.slice(start)],
    [left.slice(start), right.slice(start + 1)],
    [left.slice(start + 2), right.slice(start + 2)],
  ]
  return tails.some(([one, other]) => one === other)
}
