/** The engine's share of the memory that the process may use. The rest is for Node and its buffers. */
const engineShare = 0.5

/** Below this, DuckDB cannot sort or join anything of use. */
const smallestLimitMiB = 128

const mebibyte = 1024 * 1024

/**
 * The engine's memory limit where the configuration names none, in DuckDB's spelling.
 * @param constrainedBytes the container's limit; 0, or more than the machine has, where there is none
 * @param machineBytes memory of the machine
 */
export function defaultMemoryLimit(constrainedBytes: number, machineBytes: number): string {
  const usableBytes = constrainedBytes > 0 ? Math.min(constrainedBytes, machineBytes) : machineBytes
  const limitMiB = Math.floor((usableBytes * engineShare) / mebibyte)
  return `${Math.max(limitMiB, smallestLimitMiB)}MiB`
}
