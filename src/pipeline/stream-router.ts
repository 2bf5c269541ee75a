import type { StreamDescriptor } from '../protocol/messages.ts'
import { decodeString } from '../protocol/scan-json.ts'
import type { ScannedRecord } from '../protocol/scanned-message.ts'

/** What `route` returns for a record of a stream that the catalog does not have. */
export const unknownStream = -1

type Route = { readonly index: number; readonly name: Buffer; readonly namespace: Buffer }

/**
 * Finds a record's stream by the bytes of its names, so that no string is made per record. An absent, null
 * or empty namespace is the same namespace. A stream's index is its position in `streams`.
 */
export class StreamRouter {
  readonly #routesByHash: ReadonlyMap<number, readonly Route[]>
  #lastHit: Route | undefined

  constructor(streams: readonly StreamDescriptor[]) {
    const routesByHash = new Map<number, Route[]>()
    for (const [index, { name, namespace }] of streams.entries()) {
      const route = { index, name: Buffer.from(name), namespace: Buffer.from(namespace ?? '') }
      const hash = hashBytes(route.name, 0, route.name.length)
      routesByHash.set(hash, [...(routesByHash.get(hash) ?? []), route])
    }
    this.#routesByHash = routesByHash
  }

  /** The stream's index, or `unknownStream`. `buffer` is the one that was scanned. */
  route(buffer: Buffer, record: ScannedRecord): number {
    if (record.hasEscapedNames) return this.#routeDescriptor(readDescriptor(buffer, record))
    const { streamStart, streamEnd, namespaceStart, namespaceEnd } = record
    const last = this.#lastHit
    if (
      last !== undefined &&
      equalsBytes(last.name, buffer, streamStart, streamEnd) &&
      equalsBytes(last.namespace, buffer, namespaceStart, namespaceEnd)
    ) {
      return last.index
    }
    const candidates = this.#routesByHash.get(hashBytes(buffer, streamStart, streamEnd)) ?? []
    for (const route of candidates) {
      if (!equalsBytes(route.name, buffer, streamStart, streamEnd)) continue
      if (!equalsBytes(route.namespace, buffer, namespaceStart, namespaceEnd)) continue
      this.#lastHit = route
      return route.index
    }
    return unknownStream
  }

  #routeDescriptor({ name, namespace }: StreamDescriptor): number {
    const nameBytes = Buffer.from(name)
    const namespaceBytes = Buffer.from(namespace ?? '')
    const candidates = this.#routesByHash.get(hashBytes(nameBytes, 0, nameBytes.length)) ?? []
    const route = candidates.find(
      (candidate) => candidate.name.equals(nameBytes) && candidate.namespace.equals(namespaceBytes),
    )
    return route?.index ?? unknownStream
  }
}

/** The names of a scanned record as strings: for messages to people and for names with escapes. */
export function readDescriptor(buffer: Buffer, record: ScannedRecord): StreamDescriptor {
  const { streamStart, streamEnd, namespaceStart, namespaceEnd } = record
  const name = decodeString(buffer, streamStart - 1, streamEnd + 1) ?? ''
  if (namespaceStart === namespaceEnd) return { name, namespace: undefined }
  return { name, namespace: decodeString(buffer, namespaceStart - 1, namespaceEnd + 1) }
}

function equalsBytes(expected: Buffer, buffer: Buffer, start: number, end: number): boolean {
  if (end - start !== expected.length) return false
  for (let index = 0; index < expected.length; index += 1) {
    if (expected[index] !== buffer[start + index]) return false
  }
  return true
}

/** FNV-1a. Streams that share a hash, or a name in several namespaces, share a bucket. */
function hashBytes(buffer: Buffer, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let position = start; position < end; position += 1) {
    hash = Math.imul(hash ^ (buffer[position] ?? 0), 0x01000193)
  }
  return hash
}
