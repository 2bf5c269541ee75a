import type { RecordLimits } from 'landfall/sdk'

const mebibyte = 1024 * 1024

/**
 * The raw table holds a record as a text, so neither numbers nor depth matter there; a row of a load job may
 * have 100 MB. What JSON columns cannot hold becomes NULL later, value by value, when it is typed.
 * https://cloud.google.com/bigquery/quotas#load_jobs
 */
export const bigQueryRecordLimits: RecordLimits = {
  acceptsNumber: () => true,
  maximumStringBytes: 90 * mebibyte,
  safeDepth: 500,
  // What every way into BigQuery takes, the streaming ones included.
  safeRecordBytes: 9 * mebibyte,
}

/** The Storage Write API takes requests of 10 MB, and a row goes with one of them. */
export const streamedRecordLimits: RecordLimits = {
  ...bigQueryRecordLimits,
  maximumStringBytes: 9 * mebibyte,
}
