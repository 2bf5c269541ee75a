import type { protos } from '@google-cloud/bigquery-storage'
import type { StoredColumn, StoredRow, Value } from './store.ts'

type Descriptor = protos.google.protobuf.IDescriptorProto

/** What BigQuery says of a row that it does not take. */
export class BadRow extends Error {}

/**
 * A row of the Storage Write API, read by the descriptor that came with it and by nothing else: fields
 * belong to columns by their names, and what is missing is NULL.
 */
export function decodeMessage(
  message: Uint8Array,
  descriptor: Descriptor,
  columns: readonly StoredColumn[],
): StoredRow {
  const values = new Map(readFields(message, descriptor))
  const unknown = [...values.keys()].find((name) => !columns.some((column) => column.name === name))
  if (unknown !== undefined) throw new BadRow(`The source object has fields unknown to BigQuery: ${unknown}`)
  return columns.map((column) => {
    const value = values.get(column.name)
    if (value !== undefined) return toValue(column, value)
    if (column.isRequired) throw new BadRow(`Field ${column.name} is required, but absent`)
    return {}
  })
}

function* readFields(
  message: Uint8Array,
  descriptor: Descriptor,
): Generator<readonly [string, bigint | Uint8Array]> {
  for (let at = 0; at < message.length; ) {
    const tag = readVarint(message, at)
    const first = readVarint(message, tag.end)
    const field = descriptor.field?.find(({ number }) => number === Number(tag.value >> 3n))
    if (field?.name == null) throw new BadRow(`no field ${tag.value >> 3n}`)
    const wireType = tag.value & 7n
    if (wireType === 0n) {
      yield [field.name, first.value]
      at = first.end
    } else if (wireType === 2n) {
      at = first.end + Number(first.value)
      if (at > message.length) throw new BadRow(`${field.name} ends behind its row`)
      yield [field.name, message.subarray(first.end, at)]
    } else throw new BadRow(`wire type ${wireType}`)
  }
}

function readVarint(message: Uint8Array, start: number): { readonly value: bigint; readonly end: number } {
  let value = 0n
  for (let at = start; at < message.length && at < start + 10; at += 1) {
    const byte = message[at] ?? 0
    value |= BigInt(byte & 0x7f) << BigInt(7 * (at - start))
    if (byte < 0x80) return { value, end: at + 1 }
  }
  throw new BadRow('a number without an end')
}

const lastMicrosecond = 253_402_300_799_999_999n
const firstMicrosecond = -62_135_596_800_000_000n

function toValue({ name, kind }: StoredColumn, value: bigint | Uint8Array): Value {
  if (kind === 'TYPE_STRING' && typeof value !== 'bigint') {
    try {
      return { string_value: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value) }
    } catch {
      throw new BadRow(`${name} is not UTF-8`)
    }
  }
  if (typeof value !== 'bigint') throw new BadRow(`${name} is no ${kind}`)
  const number = BigInt.asIntN(64, value)
  if (kind === 'TYPE_INT64') return { int64_value: String(number) }
  if (kind !== 'TYPE_TIMESTAMP') throw new BadRow(`${name} is no ${kind}`)
  if (number > lastMicrosecond || number < firstMicrosecond) throw new BadRow(`${name} is out of range`)
  const rest = ((number % 1_000_000n) + 1_000_000n) % 1_000_000n
  return {
    timestamp_value: { seconds: String((number - rest) / 1_000_000n), nanos: Number(rest) * 1000 },
  }
}
