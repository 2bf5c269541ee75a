import type { RecordLimits } from '../destination/record-limits.ts'
import type { RecordChange } from '../protocol/messages.ts'
import { decodeString, skipColon, skipString, skipValue, skipWhitespace } from '../protocol/scan-json.ts'
import { findExcess } from './find-excess.ts'

/** What to do with a record of a load that was refused. */
export type FittedRecord =
  | { readonly kind: 'fits' }
  /** Only with these values as null does it fit. */
  | { readonly kind: 'changed'; readonly data: Buffer; readonly entries: readonly RecordChange[] }
  | { readonly kind: 'unfit'; readonly reason: string }

export type FitOptions = {
  readonly limits: RecordLimits
  /** Keys whose values tell rows apart or order them: without them the row would be another row. */
  readonly protectedKeys: ReadonlySet<string>
  /** Levels of nesting, the record itself included; infinite where only the server knows. */
  readonly maximumDepth: number
  /** Bytes of the record's JSON; infinite where only the server knows. */
  readonly maximumRecordBytes: number
}

/**
 * Makes a record fit for the warehouse by nulls in the place of top-level values that it cannot hold.
 * @param data a valid JSON object
 */
export function fitRecord(data: Buffer, options: FitOptions): FittedRecord {
  const members = listMembers(data)
  const excesses = new Map<Member, RecordChange['reason']>()
  for (const member of members) {
    const reason = findMemberExcess(data, member, options)
    if (reason === undefined) continue
    if (reason === unfitKey) return { kind: 'unfit', reason: 'a key is longer than the warehouse allows' }
    excesses.set(member, reason)
  }
  addLargestMembers(data, members, excesses, options)
  const blocked = [...excesses.keys()].find(({ key }) => options.protectedKeys.has(key))
  if (blocked !== undefined) return unfit(blocked)
  if (excesses.size === 0) return { kind: 'fits' }
  const entries = Array.from(excesses, ([{ key }, reason]) => ({ field: key, change: 'NULLED', reason }))
  return { kind: 'changed', data: withNulls(data, [...excesses.keys()]), entries }
}

/** Appends to the exact text of an array of changes, so that what the source wrote stays as it is. */
export function appendChanges(changes: Buffer | undefined, entries: readonly RecordChange[]): Buffer {
  const earlier = changes === undefined ? '' : changes.toString('utf8').trim().slice(1, -1).trim()
  const texts = [earlier, ...entries.map((entry) => JSON.stringify(entry))]
  return Buffer.from(`[${texts.filter((text) => text !== '').join(',')}]`)
}

/** A key of the record and where its value lies. */
type Member = {
  readonly key: string
  readonly keyBytes: number
  readonly start: number
  readonly end: number
}

function listMembers(data: Buffer): readonly Member[] {
  const members: Member[] = []
  const end = data.length
  let position = skipWhitespace(data, skipWhitespace(data, 0, end) + 1, end)
  while (data[position] === quote) {
    const keyEnd = skipString(data, position, end)
    const start = skipColon(data, keyEnd, end)
    const valueEnd = skipValue(data, start, end)
    members.push({
      key: decodeString(data, position, keyEnd) ?? '',
      keyBytes: keyEnd - position - 2,
      start,
      end: valueEnd,
    })
    position = skipWhitespace(data, valueEnd, end)
    if (data[position] === comma) position = skipWhitespace(data, position + 1, end)
  }
  return members
}

const quote = 0x22
const comma = 0x2c

/** Nulling the value would not help. */
const unfitKey = 'key'

const reasons = {
  number: 'DESTINATION_FIELD_SIZE_LIMITATION',
  string: 'DESTINATION_FIELD_SIZE_LIMITATION',
  depth: 'DESTINATION_SERIALIZATION_ERROR',
} as const

function findMemberExcess(data: Buffer, member: Member, { limits, maximumDepth }: FitOptions) {
  if (member.keyBytes > limits.maximumStringBytes) return unfitKey
  const excess = findExcess(data, member.start, member.end, {
    acceptsNumber: limits.acceptsNumber,
    maximumStringBytes: limits.maximumStringBytes,
    // The record itself is the first level.
    maximumDepth: maximumDepth - 1,
  })
  return excess && reasons[excess]
}

/** The largest values go until the rest fits; a key only where nothing else is left to go. */
function addLargestMembers(
  data: Buffer,
  members: readonly Member[],
  excesses: Map<Member, RecordChange['reason']>,
  { protectedKeys, maximumRecordBytes }: FitOptions,
): void {
  const lengthOf = ({ start, end }: Member) => end - start
  let bytes = data.length - [...excesses.keys()].reduce((sum, member) => sum + lengthOf(member), 0)
  const rank = (member: Member) => (protectedKeys.has(member.key) ? 0 : lengthOf(member))
  for (const member of members.toSorted((left, right) => rank(right) - rank(left))) {
    if (bytes <= maximumRecordBytes) return
    if (excesses.has(member)) continue
    excesses.set(member, 'DESTINATION_RECORD_SIZE_LIMITATION')
    bytes -= lengthOf(member)
  }
}

function unfit({ key }: Member): FittedRecord {
  return {
    kind: 'unfit',
    reason: `the value of \`${key}\`, which is part of the primary key, the cursor or the mark of deletion, is beyond what the warehouse can hold`,
  }
}

function withNulls(data: Buffer, members: readonly Member[]): Buffer {
  const parts: Buffer[] = []
  let copied = 0
  for (const { start, end } of members.toSorted((left, right) => left.start - right.start)) {
    parts.push(data.subarray(copied, start), nullText)
    copied = end
  }
  return Buffer.concat([...parts, data.subarray(copied)])
}

const nullText = Buffer.from('null')
