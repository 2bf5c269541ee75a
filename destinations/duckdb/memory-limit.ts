/** The engine's share of the memory that the process may use. The rest is for Node and its buffers. */
const engineShare = 0.5

/** Below this, DuckDB cannot sort or join anything of use. */
const smallestLimitMiB = 128

/**
 * The engine counts table data, sorts and hash tables, but neither what a checkpoint works with nor what its allocator
 * keeps for later: measured with rows of 1 kB, that was as much again as it counted, up to so many MiB.
 */
const uncountedShare = 0.5
const mostUncountedMiB = 400

/** At DuckDB's own 16 MB every batch of 10 MB wrote the end of its table anew; beyond this size nothing is gained. */
const largestCheckpointMiB = 128

/** A checkpoint works with all that was loaded since the one before. */
const checkpointShare = 0.25

/** Records of a megabyte are in the engine's memory four times: the file's piece, the value, its check and the table's. */
const loadShare = 0.125

/** Two row groups of usual records; nothing is gained beyond. */
const largestLoadMiB = 128

const mebibyte = 1024 * 1024

/** Below this, speed is given for memory. */
export const scarceBytes = 1024 * mebibyte

/** Room for two of the largest loads at a time. */
const twoLoadsBytes = 2048 * mebibyte

/**
 * Most memory for the engine where the configuration names none, in bytes.
 * @param constrainedBytes the container's limit; 0, or more than the machine has, where there is none
 * @param machineBytes memory of the machine
 */
export function defaultMemoryLimit(constrainedBytes: number, machineBytes: number): number {
  const usableBytes = constrainedBytes > 0 ? Math.min(constrainedBytes, machineBytes) : machineBytes
  return usableBytes * engineShare
}

export type EngineMemory = {
  /** DuckDB's `memory_limit`. */
  readonly limit: string
  /** DuckDB's `checkpoint_threshold`. */
  readonly checkpoint: string
}

/** @param limitBytes the most that the engine may take, counted or not */
export function engineMemory(limitBytes: number): EngineMemory {
  const countedMiB = countedMebibytes(limitBytes)
  const checkpointMiB = Math.min(Math.floor(countedMiB * checkpointShare), largestCheckpointMiB)
  return { limit: `${countedMiB}MiB`, checkpoint: `${checkpointMiB}MiB` }
}

/** Bytes of records that one load may bring. */
export function largestLoadBytes(limitBytes: number): number {
  const loadMiB = Math.floor(countedMebibytes(limitBytes) * loadShare)
  return Math.min(loadMiB, largestLoadMiB) * mebibyte
}

/** The engine works on each load with one thread. A third load at the same time made none of them faster on two cores. */
export function concurrentLoads(limitBytes: number): number {
  return limitBytes < twoLoadsBytes ? 1 : 2
}

function countedMebibytes(limitBytes: number): number {
  const limitMiB = Math.floor(limitBytes / mebibyte)
  const uncountedMiB = Math.min(Math.ceil(limitMiB * uncountedShare), mostUncountedMiB)
  return Math.max(limitMiB - uncountedMiB, smallestLimitMiB)
}

const unitBytes: Readonly<Record<string, number>> = {
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 1024,
  mib: mebibyte,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
}

/** DuckDB's spelling: a number and a unit, in any case. */
const sizePattern = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]i?b)\s*$/i

/** In bytes; undefined where the text is no size. */
export function parseSize(text: string): number | undefined {
  const [, number, unit = ''] = sizePattern.exec(text) ?? []
  const factor = unitBytes[unit.toLowerCase()]
  return number === undefined || factor === undefined ? undefined : Number(number) * factor
}
