import { isUtf8 } from 'node:buffer'
import { type JsonValue, parseJson } from 'landfall/sdk'
import type { RecordRepair } from './spool-batch.ts'

/** A surrogate pair, half a pair, or any other escape, so that `\\ud800` is not taken for a surrogate. */
const escapes =
  /\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\[\s\S]/g

/** With the `u` flag, pairs are one character and do not match. */
const loneSurrogates = /\p{Surrogate}/gu

/**
 * Makes a record fit for DuckDB where it is not: half of a surrogate pair becomes U+FFFD, and so does each
 * run of bytes that is not UTF-8. Nothing else changes. Every top-level field that changed goes on record.
 * The record's own changes are mended in the same way, since one of them would cost the whole row.
 * What is not JSON stays as it is, for DuckDB to refuse.
 */
export const repairRecord: RecordRepair = (data, changes) => {
  const mended = mend(data)
  const mendedChanges = changes && mend(changes)
  if (mended === undefined && mendedChanges === undefined) return undefined
  const fields = mended === undefined ? [] : damagedFields(data.toString('utf8'))
  return { data: mended ?? data, changes: appendChanges(mendedChanges ?? changes, fields) }
}

/** Undefined where nothing has to change. */
function mend(json: Buffer): Buffer | undefined {
  const text = json.toString('utf8')
  const mended = text.replace(escapes, (found) => (isLoneSurrogate(found) ? '\ufffd' : found))
  return mended === text && isUtf8(json) ? undefined : Buffer.from(mended)
}

function isLoneSurrogate(found: string): boolean {
  return found.length === '\\ud800'.length
}

/** Keys of the record whose values have lost a character. */
function damagedFields(text: string): readonly string[] {
  const record = parseOrUndefined(text)
  if (!(record instanceof Map)) return []
  return [...record]
    .filter(([key, value]) => isDamaged(key) || isDamaged(value))
    .map(([key]) => key.replace(loneSurrogates, '\ufffd'))
}

function parseOrUndefined(text: string): JsonValue | undefined {
  try {
    return parseJson(text)
  } catch {
    // DuckDB refuses it as well, and its answer is the one that is reported.
    return undefined
  }
}

function isDamaged(value: JsonValue): boolean {
  if (typeof value === 'string') return /[\p{Surrogate}\ufffd]/u.test(value)
  if (Array.isArray(value)) return value.some(isDamaged)
  if (value instanceof Map) return [...value].some(([key, member]) => isDamaged(key) || isDamaged(member))
  return false
}

/** `changes` is the text of a JSON array. */
function appendChanges(changes: Buffer | undefined, fields: readonly string[]): Buffer | undefined {
  if (fields.length === 0) return changes
  const entries = fields.map((field) =>
    JSON.stringify({ field, change: 'TRUNCATED', reason: 'DESTINATION_SERIALIZATION_ERROR' }),
  )
  const earlier = changes === undefined ? '' : changes.toString('utf8').trim().slice(1, -1).trim()
  return Buffer.from(`[${[earlier, ...entries].filter((entry) => entry !== '').join(',')}]`)
}
