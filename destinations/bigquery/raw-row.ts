import { DestinationError, describeStream, type RecordBatch, sanitizeJson } from 'landfall/sdk'

/** `undefined` for a time outside of the years 1 to 9999, which BigQuery does not know. */
export function splitTime(
  time: number,
): { readonly milliseconds: number; readonly microseconds: number } | undefined {
  const floor = Math.floor(time)
  const rest = Math.round((time - floor) * 1000)
  const milliseconds = rest === 1000 ? floor + 1 : floor
  if (!(milliseconds >= firstTime && milliseconds <= lastTime)) return undefined
  return { milliseconds, microseconds: rest === 1000 ? 0 : rest }
}

const firstTime = Date.parse('0001-01-01T00:00:00Z')
const lastTime = Date.parse('9999-12-31T23:59:59.999Z')

/**
 * Texts of BigQuery are UTF-8, which has no half surrogate pairs; the changes say where one was replaced.
 * A NUL is left out, as everywhere in Landfall.
 */
export function sanitizeRow(record: Buffer, changes: Buffer | undefined, syncId: bigint) {
  const { data, changedFields } = sanitizeJson(record, 0, record.length)
  const entries = changedFields.map((field) =>
    JSON.stringify({ field, change: 'TRUNCATED', reason: 'DESTINATION_SERIALIZATION_ERROR' }),
  )
  const inner = changes?.toString('utf8').trim().slice(1, -1).trim() ?? ''
  const list = [...(inner === '' ? [] : [inner]), ...entries].join(',')
  const meta = Buffer.from(`{"changes":[${list}],"sync_id":${syncId}}`)
  return { data: withoutPairs(data), meta: withoutPairs(sanitizeJson(meta, 0, meta.length).data) }
}

/** ZetaSQL's reader of JSON texts takes the two escapes of a pair for two halves, so the character is put in their place. */
function withoutPairs(json: Buffer): Buffer {
  const text = json.toString('utf8')
  const replaced = text.replace(
    /\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|[\s\S])/g,
    (whole, high, low) =>
      high === undefined ? whole : String.fromCharCode(Number.parseInt(high, 16), Number.parseInt(low, 16)),
  )
  return replaced === text ? json : Buffer.from(replaced)
}

export function refuseTime(batch: RecordBatch, index: number): never {
  throw new DestinationError(
    'DATA_REFUSED',
    `Record ${index + 1} of a batch of \`${describeStream(batch.stream.descriptor)}\` has an \`emitted_at\` beyond the years that ` +
      'BigQuery knows. Correct it in the source; it counts milliseconds since 1970.',
    { recordIndex: index },
  )
}

/** @param limit what it is longer than, as the end of a sentence */
export function refuseSize(batch: RecordBatch, index: number, limit: string): DestinationError {
  return new DestinationError(
    'DATA_REFUSED',
    `Record ${index + 1} of a batch of \`${describeStream(batch.stream.descriptor)}\` is longer than the ${limit}.`,
    { recordIndex: index },
  )
}
