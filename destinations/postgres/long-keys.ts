import { isUtf8 } from 'node:buffer'
import {
  decodeString,
  type Member,
  membersOf,
  type RecordBatch,
  resolveUnion,
  type StreamConfig,
  sanitizeJson,
  storedKey,
} from 'landfall/sdk'

/** A record whose key may be too long for an index. */
export type LongKey = {
  /** 0-based arrival order within the batch. */
  readonly index: number
  /** Bytes of the key's values, as JSON. */
  readonly bytes: number
  /** A JSON object with the members of the record that are its key, as they will be stored. */
  readonly document: string
}

/**
 * Bytes of an entry that a B-tree takes in any case: a third of a page, without what is around the entry.
 * https://www.postgresql.org/docs/current/btree.html
 */
export const longestPlainKey = 2_600

/** What a value takes besides its text at the most: its header, or all of a number or a time. */
const bytesPerColumn = 24

/** jsonb can be longer than its text: `[1,1]` has four bytes of directory and eight of number per element. */
const jsonbGrowth = 6

/** U+FFFD comes in the place of a byte that is not UTF-8. */
const replacementBytes = 3

/** Keys are looked for, and kept in memory, until about this many bytes of them are together. */
const partBytes = 4 * 1024 * 1024

/** The records of a deduplicated stream whose key is beyond what an index takes in any case: in their order, in parts. */
export function* longKeys(batch: RecordBatch): Generator<readonly LongKey[]> {
  const facts = keyFacts(batch.stream)
  for (let next = 0; next < batch.count; ) {
    const part: LongKey[] = []
    let bytes = 0
    batch.visit((index, block, start, end) => {
      next = index + 1
      const key = longKey(index, block.subarray(start, end), facts)
      if (key === undefined) return true
      part.push(key)
      bytes += key.document.length
      return bytes < partBytes
    }, next)
    if (part.length > 0) yield part
  }
}

function longKey(index: number, data: Buffer, { names, room, growth }: KeyFacts): LongKey | undefined {
  // Nearly all records end here: a key is not longer than its record.
  if (data.length * growth * replacementBytes <= room) return undefined
  const factor = growth * (isUtf8(data) ? 1 : replacementBytes)
  if (data.length * factor <= room) return undefined
  const members = keyMembers(data, names)
  const bytes = members.reduce((sum, member) => sum + member.end - member.keyEnd, 0)
  if (bytes * factor <= room) return undefined
  return { index, bytes, document: documentOf(data, members) }
}

type KeyFacts = ReturnType<typeof keyFacts>

function keyFacts({ primaryKey, columns }: StreamConfig) {
  const keyNames = new Set(primaryKey.map(({ name }) => name))
  const types = columns.filter(({ id }) => keyNames.has(id.name)).map(({ type }) => resolveUnion(type).type)
  return {
    names: new Set(primaryKey.map(({ originalName }) => storedKey(originalName))),
    room: longestPlainKey - bytesPerColumn * primaryKey.length,
    growth: types.some(isJsonb) ? jsonbGrowth : 1,
  }
}

function isJsonb(type: ReturnType<typeof resolveUnion>['type']): boolean {
  return type === 'struct' || type === 'array' || type === 'unsupported_one_of' || type === 'unknown'
}

/** More than one of a name where the record repeats it: which of them counts is for the server to say. */
function keyMembers(data: Buffer, names: ReadonlySet<string>): readonly Member[] {
  const members: Member[] = []
  for (const member of membersOf(data, 0, data.length)) {
    const key = decodeString(data, member.start, member.keyEnd)
    if (key !== undefined && names.has(storedKey(key))) members.push(member)
  }
  return members
}

function documentOf(data: Buffer, members: readonly Member[]): string {
  const texts = members.flatMap(({ start, end }, position) => [
    Buffer.from(position === 0 ? '{' : ','),
    data.subarray(start, end),
  ])
  const document = Buffer.concat([...texts, Buffer.from('}')])
  return sanitizeJson(document, 0, document.length).data.toString()
}
