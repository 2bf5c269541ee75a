import { readFileSync } from 'node:fs'

/** What a process has used of the machine. Undefined on systems without `/proc`. */
export type ProcessUsage = {
  readonly cpuSeconds: number | undefined
  /** The most memory that was resident at a time, in bytes. */
  readonly peakBytes: number | undefined
}

/** Linux shows programs a clock of 100 ticks per second, whatever its own. */
const ticksPerSecond = 100

/** The kernel keeps both as running totals, so only the time since the last look can be missed. */
const pollMilliseconds = 20

/** Follows a process; the function that it returns stops that and tells the last figures that were seen. */
export function watchUsage(processId: number): () => ProcessUsage {
  let usage: ProcessUsage = { cpuSeconds: undefined, peakBytes: undefined }
  const timer = setInterval(() => {
    usage = readUsage(processId) ?? usage
  }, pollMilliseconds)
  return () => {
    clearInterval(timer)
    return usage
  }
}

function readUsage(processId: number): ProcessUsage | undefined {
  try {
    const status = readFileSync(`/proc/${processId}/status`, 'utf8')
    const stat = readFileSync(`/proc/${processId}/stat`, 'utf8')
    const peakKibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]
    // A process that has ended but was not waited for has no memory any more.
    if (peakKibibytes === undefined) return undefined
    // The name in brackets may hold spaces. Behind it, times are fields 12 and 13.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
    return { cpuSeconds, peakBytes: Number(peakKibibytes) * 1024 }
  } catch {
    // The process is gone, or the system has no /proc.
    return undefined
  }
}
