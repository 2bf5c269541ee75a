import { DestinationError } from '../errors.ts'
import { describeStream, type StreamDescriptor } from '../protocol/messages.ts'
import type { AirbyteType } from './airbyte-type.ts'
import { finalMetaColumns } from './meta-columns.ts'
import type { NamingRules } from './naming.ts'
import type { Column } from './stream-config.ts'

export type PlanColumnsOptions = {
  readonly naming: NamingRules
  /** Column names that belong to the destination; a user's column of such a name gets another. */
  readonly reserved: readonly string[]
  readonly stream: StreamDescriptor
}

export type ColumnPlan = {
  readonly columns: readonly Column[]
  /** One sentence for each column that could not have its plain name. */
  readonly notes: readonly string[]
}

/** A name that the warehouse would store, and how it compares it. */
type ColumnName = ReturnType<NamingRules['columnName']>

/** What has a name already: the canonical name, and the field or bookkeeping column as people know it. */
type TakenNames = Map<string, string>

/** The state of planning one stream. */
type Scope = { readonly naming: NamingRules; readonly stream: StreamDescriptor; readonly taken: TakenNames }

/**
 * Gives each property of a schema a column of its own, in the schema's order: the first of two that collide
 * keeps its plain name. Throws `CATALOG_INVALID` where a table cannot have so many columns, or where no
 * free name is left.
 */
export function planColumns(
  types: ReadonlyMap<string, AirbyteType>,
  options: PlanColumnsOptions,
): ColumnPlan {
  const { naming, reserved, stream } = options
  limitColumns(types.size + finalMetaColumns.length, naming.maxColumns, stream)
  // A name may be empty once the characters that a warehouse cannot store are gone; no column can have that.
  const taken: TakenNames = new Map([['', '']])
  const scope: Scope = { naming, stream, taken }
  for (const name of reserved) taken.set(naming.columnName(name).canonicalName, name)
  const columns: Column[] = []
  const notes: string[] = []
  for (const [originalName, type] of types) {
    const plain = naming.columnName(originalName)
    const name = findFreeName(originalName, plain, scope)
    if (name === undefined) throw collision(originalName, plain, scope)
    if (name !== plain) notes.push(describeRename(originalName, plain, name, scope))
    taken.set(name.canonicalName, originalName)
    columns.push({ id: { ...name, originalName }, type })
  }
  return { columns, notes }
}

function limitColumns(count: number, limit: number, stream: StreamDescriptor): void {
  if (count <= limit) return
  throw new DestinationError(
    'CATALOG_INVALID',
    `The stream \`${describeStream(stream)}\` needs ${count} columns (${finalMetaColumns.length} of them are ` +
      `Airbyte's own), but a table can have ${limit}. Deselect fields of the stream in the connection.`,
    { stream },
  )
}

/** The collision rules of the Java framework: the plain name, then numbers, then the shortened middle. */
function findFreeName(key: string, plain: ColumnName, scope: Scope): ColumnName | undefined {
  if (!scope.taken.has(plain.canonicalName)) return plain
  return findNumberedName(key, plain, scope) ?? findShortenedName(key, plain, scope)
}

/**
 * Ends at the latest when every taken name was tried: a candidate that was tried before says that the
 * warehouse's rule cuts the number away (some digits of it, or all), and no further number would help.
 */
function findNumberedName(key: string, plain: ColumnName, { naming, taken }: Scope): ColumnName | undefined {
  const tried = new Set([plain.canonicalName])
  for (let number = 1; ; number += 1) {
    const candidate = naming.columnName(key, `_${number}`)
    if (tried.has(candidate.canonicalName)) return undefined
    if (!taken.has(candidate.canonicalName)) return candidate
    tried.add(candidate.canonicalName)
  }
}

/** `internationalization` becomes `i18n`, with as much of both ends as the longest name has room for. */
function findShortenedName(key: string, plain: ColumnName, { naming, taken }: Scope): ColumnName | undefined {
  const characters = Array.from(key)
  const kept = Math.floor((plain.name.length - roomForCount) / 2)
  const removed = characters.length - 2 * kept
  if (kept <= 0 || removed <= 0) return undefined
  const [start, end] = [characters.slice(0, kept), characters.slice(-kept)]
  const candidate = naming.columnName(`${start.join('')}${removed}${end.join('')}`)
  return taken.has(candidate.canonicalName) ? undefined : candidate
}

/** Characters that the Java framework keeps free for the number in the middle. */
const roomForCount = 5

function collision(key: string, plain: ColumnName, { stream, taken }: Scope): DestinationError {
  const other = taken.get(plain.canonicalName) ?? ''
  return new DestinationError(
    'CATALOG_INVALID',
    `The columns \`${other}\` and \`${key}\` of the stream \`${describeStream(stream)}\` would both be called ` +
      `\`${plain.name}\`, and no other name is free. Rename one of them at the source, or deselect it.`,
    { stream },
  )
}

function describeRename(key: string, plain: ColumnName, name: ColumnName, { stream, taken }: Scope): string {
  const reason =
    plain.name === '' ? 'its name would be empty' : `\`${taken.get(plain.canonicalName)}\` has its name`
  return `The field \`${key}\` of the stream \`${describeStream(stream)}\` is in the column \`${name.name}\`, because ${reason}.`
}
