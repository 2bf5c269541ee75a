import type { StreamConfig } from '../catalog/stream-config.ts'
import type { RecordBatch } from '../destination/record-batch.ts'
import type { Logger } from '../logger.ts'
import { CleanBlocks } from '../protocol/clean-blocks.ts'
import { describeStream } from '../protocol/messages.ts'
import { membersOf, sanitizeJson, storedKey } from '../protocol/sanitize-json.ts'
import { decodeString } from '../protocol/scan-json.ts'

/**
 * Counts records whose primary key is not stored as it was sent, for warehouses whose texts cannot hold every character:
 * two keys that differ in such characters alone are one row.
 */
export class AlteredKeys {
  readonly #counts = new Map<StreamConfig, number>()

  add(stream: StreamConfig, count: number): void {
    if (count > 0) this.#counts.set(stream, (this.#counts.get(stream) ?? 0) + count)
  }

  /** One warning per stream. */
  report(logger: Logger): void {
    for (const [stream, count] of this.#counts) {
      logger.warn(
        `${describeStream(stream.descriptor)}: the primary keys of ${count} records hold NUL characters, halves of surrogate pairs or bytes ` +
          'that are not UTF-8, which this destination cannot store. They were removed or replaced, so rows whose keys differ in nothing ' +
          'else have become one. Where such keys mean different rows, let the source encode them.',
      )
    }
  }
}

/** Called before a batch is loaded, as long as its records are in memory. */
export function countAlteredKeys(batch: RecordBatch): number {
  const { primaryKey, postImportAction } = batch.stream
  if (postImportAction !== 'dedupe') return 0
  const names = new Set(primaryKey.map(({ originalName }) => storedKey(originalName)))
  const blocks = new CleanBlocks()
  let count = 0
  batch.visit((_index, block, start, end) => {
    if (blocks.needsSanitizing(block, start, end) && isKeyAltered(block, start, end, names)) count += 1
  })
  return count
}

function isKeyAltered(block: Buffer, start: number, end: number, names: ReadonlySet<string>): boolean {
  for (const member of membersOf(block, start, end)) {
    const name = decodeString(block, member.start, member.keyEnd) ?? ''
    if (names.has(storedKey(name)) && isValueAltered(block.subarray(member.keyEnd, member.end))) return true
  }
  return false
}

/** The value alone: a field's name may hold such characters without harm. */
function isValueAltered(value: Buffer): boolean {
  const document = Buffer.concat([Buffer.from('{""'), value, Buffer.from('}')])
  return sanitizeJson(document, 0, document.length).changedFields.length > 0
}
