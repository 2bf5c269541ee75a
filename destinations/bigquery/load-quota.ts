const mebibyte = 1024 * 1024
const dayMilliseconds = 24 * 60 * 60 * 1000

/** https://cloud.google.com/bigquery/quotas#load_jobs: loads that failed count, too. */
export const loadsPerTableAndDay = 1_500
export const loadsPerProjectAndDay = 100_000

/** Other syncs and other programs load into the project, too. */
const shareOfProject = 0.8

/** States of a slow source are no further apart than this, where the project's quota allows it. */
const usualAgeMilliseconds = 60_000

const smallestLoadBytes = 64 * mebibyte
/** A terabyte is 1,240 of these. */
const largestLoadBytes = 768 * mebibyte
const loadsOfOneSize = 4

/**
 * How many bytes of records are collected for the next load of a table. Small ones overlap with the reading of the
 * source, so the first are small; whoever sends much gets larger ones.
 * @param loads those of this sync into the table so far
 */
export function bytesOfNextLoad(loads: number): number {
  return Math.min(largestLoadBytes, smallestLoadBytes * 2 ** Math.floor(loads / loadsOfOneSize))
}

/**
 * How long records may wait for their load. One a minute is 1,440 a day for each table; with many tables, together they
 * must leave something of the project's quota.
 */
export function ageOfLoads(tables: number): number {
  return Math.max(usualAgeMilliseconds, (tables * dayMilliseconds) / (loadsPerProjectAndDay * shareOfProject))
}
