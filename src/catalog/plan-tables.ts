import { createHash } from 'node:crypto'
import { DestinationError } from '../errors.ts'
import { describeStream, type StreamDescriptor } from '../protocol/messages.ts'
import type { NamingRules } from './naming.ts'
import { rawTableName } from './raw-table-name.ts'
import type { StreamId } from './stream-config.ts'

export type TableOptions = {
  readonly naming: NamingRules
  /** For streams without a namespace. */
  readonly defaultNamespace: string
  /** Where all raw tables are. */
  readonly rawNamespace: string
}

export type TablePlan = {
  readonly id: StreamId
  /** A sentence for the log, where the stream could not have its plain name. */
  readonly note: string | undefined
}

/** Which stream a table belongs to, by the table's place as the warehouse compares it. */
type TableOwners = Map<string, StreamDescriptor>

/**
 * Gives each stream that it is called with a raw and a final table of its own. The first of two streams
 * that collide keeps its plain name, the other gets the hash of the Java framework, or a longer one where
 * that is not enough. The function throws `CATALOG_INVALID` where no name is left.
 */
export function createTableAllocator(options: TableOptions): (stream: StreamDescriptor) => TablePlan {
  const owners: TableOwners = new Map()
  const { naming } = options
  return (stream) => {
    const plain = plainId(stream, options)
    const conflict = findConflict(plain, owners, naming)
    const id = conflict === undefined ? plain : findRenamedId(plain, owners, naming)
    if (id === undefined) throw noTableLeft(stream, conflict)
    for (const table of tablesOf(id, naming)) owners.set(table, stream)
    return { id, note: conflict === undefined ? undefined : describeRename(stream, id, conflict) }
  }
}

function plainId(stream: StreamDescriptor, options: TableOptions): StreamId {
  const { naming } = options
  // `||`: an empty namespace means the default one, like an absent one.
  const originalNamespace = stream.namespace || options.defaultNamespace
  return {
    finalNamespace: naming.finalNamespace(originalNamespace),
    finalName: naming.finalName(stream.name),
    rawNamespace: naming.rawNamespace(options.rawNamespace),
    rawName: naming.rawName(rawTableName(originalNamespace, stream.name)),
    originalNamespace,
    originalName: stream.name,
  }
}

/** Why a stream cannot have these tables, as the end of a sentence; undefined if it can. */
function findConflict(id: StreamId, owners: TableOwners, naming: NamingRules): string | undefined {
  if (id.finalNamespace === '' || id.rawNamespace === '') return 'the name of its schema would be empty'
  if (id.finalName === '' || id.rawName === '') return 'the name of its table would be empty'
  const tables = tablesOf(id, naming)
  if (new Set(tables).size < tables.length) return 'its final table and its raw table would be one'
  const owner = tables.map((table) => owners.get(table)).find((other) => other !== undefined)
  return owner === undefined
    ? undefined
    : `it would share a table with the stream \`${describeStream(owner)}\``
}

/** Of the tables beside a raw table; not every warehouse has all of them. */
const rawSuffixes = [
  '_airbyte_tmp',
  '_airbyte_rejects',
  '_airbyte_deletions',
  '_airbyte_untyped',
  '_airbyte_tmp_airbyte_untyped',
]

/**
 * Every table that a sync of the stream touches. The temporary ones count too, because a stream may be
 * called `users_ab_soft_reset`; where they are too long for the warehouse, their names carry a hash anyway.
 */
function tablesOf(id: StreamId, naming: NamingRules): readonly string[] {
  const canonical = (name: string) => naming.canonicalTableName?.(name) ?? name
  const place = (namespace: string, name: string) => `${canonical(namespace)}\u0000${canonical(name)}`
  return [
    place(id.finalNamespace, id.finalName),
    place(id.finalNamespace, `${id.finalName}_ab_soft_reset`),
    place(id.rawNamespace, id.rawName),
    ...rawSuffixes.map((suffix) => place(id.rawNamespace, id.rawName + suffix)),
  ]
}

/**
 * The first of the stream's hashed names that is free. The Java framework's hash has three digits, and does
 * not see which of two namespaces it was that the warehouse spells alike; the others are of the whole name,
 * and differ between the two tables, so that nothing but the hash need be left of their names.
 */
function findRenamedId(plain: StreamId, owners: TableOwners, naming: NamingRules): StreamId | undefined {
  const { finalNamespace, originalNamespace, originalName } = plain
  const short = sha1(`${finalNamespace}&airbyte&${originalName}`).slice(0, 3)
  const final = sha1(JSON.stringify([originalNamespace, originalName]))
  const raw = sha1(JSON.stringify([originalNamespace, originalName, 'raw']))
  const longer = [8, 16, 40].map((digits) => [final.slice(0, digits), raw.slice(0, digits)] as const)
  for (const [finalHash, rawHash] of [[short, short] as const, ...longer]) {
    const finalName = withHash(naming.finalName, (suffix) => originalName + suffix, finalHash)
    const rawText = (suffix: string) => rawTableName(originalNamespace, originalName + suffix)
    const rawName = withHash(naming.rawName, rawText, rawHash)
    if (finalName === undefined || rawName === undefined) continue
    const id = { ...plain, finalName, rawName }
    if (findConflict(id, owners, naming) === undefined) return id
  }
  return undefined
}

/**
 * The name of a table with `_hash` behind it, shortened until the warehouse's rule no longer cuts the hash;
 * the rule may change its case. Undefined where the warehouse's names are shorter than the hash.
 */
function withHash(
  rule: (name: string) => string,
  textWith: (suffix: string) => string,
  hash: string,
): string | undefined {
  const suffix = `_${hash}`
  const characters = Array.from(textWith(suffix).slice(0, -suffix.length))
  for (let length = characters.length; length >= 0; length -= 1) {
    const name = rule(characters.slice(0, length).join('') + suffix)
    if (name.toLowerCase().endsWith(suffix)) return name
  }
  return undefined
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}

function describeRename(stream: StreamDescriptor, id: StreamId, conflict: string): string {
  return (
    `The stream \`${describeStream(stream)}\` is written to the table \`${id.finalName}\` and the raw table ` +
    `\`${id.rawName}\`, because under its plain name ${conflict}.`
  )
}

function noTableLeft(stream: StreamDescriptor, conflict: string | undefined): DestinationError {
  return new DestinationError(
    'CATALOG_INVALID',
    `The stream \`${describeStream(stream)}\` cannot have a table of its own: ${conflict}, and no other name is ` +
      'free. Give one of them another name or namespace in the connection.',
    { stream },
  )
}
