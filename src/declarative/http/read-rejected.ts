import type { RejectedRecord } from '../../destination/record-batch.ts'
import { DestinationError } from '../../errors.ts'
import type { HttpWriter } from '../manifest.ts'

/**
 * The refused records that an answer lists; none where it has no such list.
 * @throws DestinationError where the list cannot be understood, since then nobody knows what was stored
 */
export function readRejected(
  text: string,
  { items, index, message }: NonNullable<HttpWriter['rejected']>,
  count: number,
): readonly RejectedRecord[] {
  const list = text.trim() === '' ? undefined : followPointer(parseAnswer(text), items)
  if (list === undefined || list === null) return []
  if (!Array.isArray(list)) throw unreadable(`\`${items}\` is no list`)
  const reasons = new Map<number, readonly string[]>()
  for (const item of list) {
    const place = readPlace(followPointer(item, index))
    if (place === undefined || place >= count)
      throw unreadable(`\`${index}\` of an item is no place in the batch`)
    const reason = readReason(message === undefined ? undefined : followPointer(item, message))
    reasons.set(place, [...(reasons.get(place) ?? []), reason])
  }
  // A server may have something to say about each field of a record.
  return [...reasons].map(([place, all]) => ({ index: place, reason: all.join('; ') }))
}

/** A whole number, maybe as text. Nothing else: an item without a place is about nobody knows which records. */
function readPlace(value: unknown): number | undefined {
  const isPlace = typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value))
  const place = isPlace ? Number(value) : -1
  return Number.isInteger(place) && place >= 0 ? place : undefined
}

function readReason(value: unknown): string {
  if (value === undefined) return 'refused by the server'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw unreadable('it is not JSON')
  }
}

/** https://www.rfc-editor.org/rfc/rfc6901 */
export function followPointer(value: unknown, pointer: string): unknown {
  if (pointer === '') return value
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (part, key) => (typeof part === 'object' && part !== null ? Reflect.get(part, key) : undefined),
      value,
    )
}

function unreadable(reason: string): DestinationError {
  return new DestinationError(
    'RECEIPT_MISMATCH',
    `The server's answer to a batch cannot be read: ${reason}. Correct \`rejected\` in the manifest.`,
  )
}
