import { readdirSync, readFileSync } from 'node:fs'

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

/**
 * Seconds that a process and its children have run so far, those included that have ended and that it has
 * waited for. Undefined on systems without `/proc`.
 */
export function readFamilyCpu(processId: number): number | undefined {
  const before = readTimes(processId)
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readTimes(Number(name)) ?? [])
    .filter((times) => times.parentId === processId)
  const after = readTimes(processId)
  if (before === undefined || after === undefined) return undefined
  // A child that was waited for in between may be in both sums or in neither.
  if (before.ofEndedChildren !== after.ofEndedChildren) return readFamilyCpu(processId)
  return children.reduce((sum, times) => sum + times.own, after.own + after.ofEndedChildren)
}

/** Undefined on systems without `/proc`. */
export function readParentId(processId: number): number | undefined {
  return readTimes(processId)?.parentId
}

function readUsage(processId: number): ProcessUsage | undefined {
  const times = readTimes(processId)
  if (times === undefined) return undefined
  try {
    const status = readFileSync(`/proc/${processId}/status`, 'utf8')
    const peakKibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]
    // A process that has ended but was not waited for has no memory any more.
    if (peakKibibytes === undefined) return undefined
    return { cpuSeconds: times.own, peakBytes: Number(peakKibibytes) * 1024 }
  } catch {
    // The process ended between the two files.
    return undefined
  }
}

/** All in seconds. */
type Times = { readonly parentId: number; readonly own: number; readonly ofEndedChildren: number }

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function readTimes(processId: number): Times | undefined {
  try {
    const stat = readFileSync(`/proc/${processId}/stat`, 'utf8')
    // The name in brackets may hold spaces. The field behind it is the third.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const field = (number: number) => fields[number - 3] ?? Number.NaN
    return {
      parentId: field(4),
      own: (field(14) + field(15)) / ticksPerSecond,
      ofEndedChildren: (field(16) + field(17)) / ticksPerSecond,
    }
  } catch {
    // The process is gone, or the system has no /proc.
    return undefined
  }
}
