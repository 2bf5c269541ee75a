import type { StateScope, StreamDescriptor, StreamStatus } from './messages.ts'
import { type ByteRange, decodeString, findMember, isValidJson, skipWhitespace } from './scan-json.ts'
import {
  type InvalidMessage,
  ignoredMessage,
  type ScannedMessage,
  type ScannedState,
  type StatsSlot,
} from './scanned-message.ts'

const closeBrace = 0x7d
const openBrace = 0x7b

const scopes: readonly StateScope[] = ['STREAM', 'GLOBAL', 'LEGACY']
const statuses: readonly StreamStatus[] = ['STARTED', 'RUNNING', 'COMPLETE', 'INCOMPLETE']

/**
 * Reads a line of type STATE. Only the members that decide something are looked at; the state itself stays
 * bytes. A missing `type` means GLOBAL or STREAM where that member is there, else LEGACY.
 */
export function readState(buffer: Buffer, start: number, end: number): ScannedState | InvalidMessage {
  const message = wholeMessage(buffer, start, end)
  if (message === undefined) return invalid('it is not one complete JSON object')
  const state = objectMember(buffer, message, 'state')
  if (state === undefined) return invalid('its `state` is not an object')
  const scope = readScope(buffer, state)
  if (scope === undefined) return invalid('its state has an unknown `type`')
  const descriptor = readDescriptor(buffer, objectMember(buffer, state, 'stream'))
  if (scope === 'STREAM' && descriptor === undefined) return invalid('its state names no stream')
  return {
    kind: 'state',
    scope,
    descriptor: scope === 'STREAM' ? descriptor : undefined,
    statsSlot: findStatsSlot(buffer, start, state),
  }
}

/** Reads a line of type TRACE: a stream status, or something for others to read. */
export function readTrace(buffer: Buffer, start: number, end: number): ScannedMessage {
  const message = wholeMessage(buffer, start, end)
  if (message === undefined) return invalid('it is not one complete JSON object')
  const trace = objectMember(buffer, message, 'trace')
  const type = trace && readString(buffer, trace, 'type')
  const streamStatus = trace && objectMember(buffer, trace, 'stream_status')
  if (streamStatus === undefined) {
    return type === 'STREAM_STATUS' ? invalid('its `stream_status` is not an object') : ignoredMessage
  }
  if (type !== undefined && type !== 'STREAM_STATUS') return ignoredMessage
  const descriptor = readDescriptor(buffer, streamStatus)
  if (descriptor === undefined) return invalid('its stream status names no stream')
  const word = readString(buffer, streamStatus, 'status')
  const status = statuses.find((known) => known === word)
  return status === undefined ? ignoredMessage : { kind: 'status', descriptor, status }
}

/**
 * The STATE line as it came in, but for `state.destinationStats`, and ended with one line feed.
 * @param line the line that was scanned, without its line break
 * @param recordCount records accepted since the previous state of the same scope
 * @param rejectedCount records refused; left out where 0, as the protocol asks
 */
export function spliceDestinationStats(
  line: Buffer,
  slot: StatsSlot,
  recordCount: number,
  rejectedCount: number,
): Buffer {
  const rejected = rejectedCount > 0 ? `,"rejectedRecordCount":${rejectedCount}` : ''
  const stats = Buffer.from(`${slot.prefix}{"recordCount":${recordCount}${rejected}}`)
  return Buffer.concat([line.subarray(0, slot.start), stats, line.subarray(slot.end), lineBreak])
}

const lineBreak = Buffer.from('\n')

function wholeMessage(buffer: Buffer, start: number, end: number): ByteRange | undefined {
  if (!isValidJson(buffer, start, end)) return undefined
  return { start: skipWhitespace(buffer, start, end), end }
}

function objectMember(buffer: Buffer, parent: ByteRange, key: string): ByteRange | undefined {
  const member = findMember(buffer, parent.start, parent.end, key)
  return member !== undefined && buffer[member.start] === openBrace ? member : undefined
}

function readString(buffer: Buffer, parent: ByteRange, key: string): string | undefined {
  const member = findMember(buffer, parent.start, parent.end, key)
  return member && decodeString(buffer, member.start, member.end)
}

function readScope(buffer: Buffer, state: ByteRange): StateScope | undefined {
  const type = findMember(buffer, state.start, state.end, 'type')
  if (type === undefined || buffer.toString('latin1', type.start, type.end) === 'null') {
    if (objectMember(buffer, state, 'global') !== undefined) return 'GLOBAL'
    return objectMember(buffer, state, 'stream') === undefined ? 'LEGACY' : 'STREAM'
  }
  const word = decodeString(buffer, type.start, type.end)
  return scopes.find((scope) => scope === word)
}

/** The `stream_descriptor` of a state's `stream` or of a `stream_status`. */
function readDescriptor(buffer: Buffer, owner: ByteRange | undefined): StreamDescriptor | undefined {
  const descriptor = owner && objectMember(buffer, owner, 'stream_descriptor')
  const name = descriptor && readString(buffer, descriptor, 'name')
  if (descriptor === undefined || name === undefined) return undefined
  return { name, namespace: readString(buffer, descriptor, 'namespace') }
}

function findStatsSlot(buffer: Buffer, lineStart: number, state: ByteRange): StatsSlot {
  const stats = findMember(buffer, state.start, state.end, 'destinationStats')
  if (stats !== undefined) return { start: stats.start - lineStart, end: stats.end - lineStart, prefix: '' }
  const position = state.end - 1 - lineStart
  const isEmpty = buffer[skipWhitespace(buffer, state.start + 1, state.end)] === closeBrace
  return { start: position, end: position, prefix: isEmpty ? '"destinationStats":' : ',"destinationStats":' }
}

function invalid(reason: string): InvalidMessage {
  return { kind: 'invalid', reason }
}
