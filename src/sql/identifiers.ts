import { createHash } from 'node:crypto'
import { createIdentifierCutter } from '../catalog/identifier-cutter.ts'

/** Hex digits of the hash that keeps shortened names apart: 8 digits, one chance in 4 billion. */
const hashDigits = 8

/**
 * Appends a suffix to a name that may already be as long as the warehouse allows. Where it does not fit,
 * the name is cut and a hash of the whole name goes between, so that two long names never share a
 * temporary table. (Servers that cut silently would make the temporary table *be* the real one.)
 */
export function withSuffix(name: string, suffix: string, maxBytes: number): string {
  if (Buffer.byteLength(name + suffix) <= maxBytes) return name + suffix
  const hash = createHash('sha256').update(name).digest('hex').slice(0, hashDigits)
  const tail = `_${hash}${suffix}`
  return createIdentifierCutter(maxBytes - Buffer.byteLength(tail))(name) + tail
}
