import type { RecordLimits } from 'landfall/sdk'

/**
 * Most bytes of a VARIANT, by the rule of the Java connector. Accounts may allow more by now.
 * https://docs.snowflake.com/en/sql-reference/data-types-semistructured
 */
export const maximumRecordBytes = 16 * 1024 * 1024

export const snowflakeRecordLimits: RecordLimits = {
  acceptsNumber: (text) => Number.isFinite(Number(text)),
  maximumStringBytes: maximumRecordBytes,
  // Not documented; deeper records are tried first.
  safeDepth: 100,
  // Binary VARIANTs can be longer than their text, so there is some room.
  safeRecordBytes: maximumRecordBytes - 64 * 1024,
}
