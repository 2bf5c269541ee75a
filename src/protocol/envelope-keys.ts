import { decodeString } from './scan-json.ts'

const backslash = 0x5c

/** The keys of a message that the scanner looks at. */
export type Key = 'type' | 'record' | 'stream' | 'namespace' | 'emitted_at' | 'data' | 'meta' | 'changes'

/** The keys that matter in one object. */
export type Keys = readonly { readonly key: Key; readonly bytes: Buffer }[]

export const messageKeys = toKeys(['type', 'record'])
export const recordKeys = toKeys(['stream', 'namespace', 'data', 'emitted_at', 'meta'])
export const metaKeys = toKeys(['changes'])

/** The key between the quotes at `start` and before `end`, if it is one of those that matter. */
export function findKey(keys: Keys, buffer: Buffer, start: number, end: number): Key | undefined {
  for (const { key, bytes } of keys) {
    if (hasBytes(buffer, start + 1, end - 1, bytes)) return key
  }
  if (!buffer.subarray(start, end).includes(backslash)) return undefined
  const name = decodeString(buffer, start, end)
  return keys.find(({ key }) => key === name)?.key
}

/** Whether the bytes from `start` up to `end` are the expected ones. */
export function hasBytes(buffer: Buffer, start: number, end: number, expected: Buffer): boolean {
  if (end - start !== expected.length) return false
  for (let index = 0; index < expected.length; index += 1) {
    if (buffer[start + index] !== expected[index]) return false
  }
  return true
}

function toKeys(keys: readonly Key[]): Keys {
  return keys.map((key) => ({ key, bytes: Buffer.from(key) }))
}
