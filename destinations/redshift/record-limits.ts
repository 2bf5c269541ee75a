import type { RecordLimits } from 'landfall/sdk'
import { longestVarcharBytes } from './types.ts'

/** https://docs.aws.amazon.com/redshift/latest/dg/limitations-super.html */
export const maximumRecordBytes = 16 * 1024 * 1024

/** The page of COPY allows rows of 4 MB, that of SUPER values of 16 MB: what is between the two is tried first. */
const safeRowBytes = 4 * 1024 * 1024

/** Raw id, time, meta and quotes of a row. */
const rowOverhead = 64 * 1024

export const redshiftRecordLimits: RecordLimits = {
  acceptsNumber: (text) => Number.isFinite(Number(text)),
  maximumStringBytes: longestVarcharBytes,
  safeDepth: 1000,
  safeRecordBytes: safeRowBytes - rowOverhead,
}
