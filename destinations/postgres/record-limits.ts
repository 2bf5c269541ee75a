import type { RecordLimits } from 'landfall/sdk'

/** https://www.postgresql.org/docs/current/limits.html, and `JENTRY_OFFLENMASK` for the strings. */
export const postgresRecordLimits: RecordLimits = {
  acceptsNumber: fitsNumeric,
  maximumStringBytes: 0x0fff_ffff,
  // The server's own limit follows from `max_stack_depth`; at its default of 2 MB it is beyond 10,000.
  safeDepth: 1000,
  // jsonb takes up to 256 MiB, and can be several times as long as the text it is made from.
  safeRecordBytes: 32 * 1024 * 1024,
}

/** Digits in front of the point and behind it: https://www.postgresql.org/docs/current/datatype-numeric.html */
const maximumWholeDigits = 131_072
const maximumFractionDigits = 16_383

/** `numeric` refuses exponents from half of the largest int on, even for zero. */
const maximumExponent = 2 ** 30 - 1

/** jsonb keeps numbers as `numeric`, with their digits as they are written. */
function fitsNumeric(text: string): boolean {
  // Shorter texts without an exponent are far from the limits; nearly all numbers end here.
  if (text.length < maximumFractionDigits && !/[eE]/.test(text)) return true
  const [, whole = '', fraction = '', exponentText = '0'] =
    /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const exponent = Number(exponentText)
  if (Math.abs(exponent) >= maximumExponent) return false
  if (fraction.length - exponent > maximumFractionDigits) return false
  const firstDigit = (whole + fraction).search(/[1-9]/)
  return firstDigit === -1 || whole.length - firstDigit + exponent <= maximumWholeDigits
}
