import type { FaultStream } from './fault-stream.ts'
import type { FaultTarget } from './fault-target.ts'
import type { Interruption } from './interruption.ts'
import { type Job, Platform } from './platform.ts'
import { randomProcessInterruption } from './process-interruptions.ts'
import { SeededRandom } from './random.ts'
import { randomServerInterruption } from './server-interruptions.ts'

/** Streams of every kind that behaves in its own way when a sync breaks off. */
export function faultStreams(seed: number): readonly FaultStream[] {
  const stream = {
    namespace: 'faults',
    isDeduped: false,
    hasCursor: false,
    hasDeletes: false,
    isFullRefresh: false,
  }
  return [
    { ...stream, name: 'events', seed },
    { ...stream, name: 'accounts', isDeduped: true, hasCursor: true, hasDeletes: true, seed: seed + 1 },
    { ...stream, name: 'items', isDeduped: true, seed: seed + 2 },
    { ...stream, name: 'rates', isFullRefresh: true, seed: seed + 3 },
    { ...stream, name: 'places', isDeduped: true, isFullRefresh: true, seed: seed + 4 },
  ]
}

/** Everything about a random run follows from its seed, but for the times at which processes do things. */
export async function runScenario(
  target: FaultTarget,
  seed: number,
  report: (line: string) => void,
): Promise<readonly string[]> {
  const random = new SeededRandom(seed)
  const streams = faultStreams(seed).filter(() => random.chance(0.7))
  const hasGenerations = random.chance(0.8)
  const platform = new Platform({
    target,
    streams: streams.length > 0 ? streams : faultStreams(seed).slice(0, 1),
    random,
    stateKind: random.pick(['STREAM', 'STREAM', 'GLOBAL', 'LEGACY'] as const),
    hasGenerations,
    report,
  })
  for (const job of randomJobs(target, random, hasGenerations)) {
    const problems = await platform.runJob(job)
    if (problems.length > 0) return problems
  }
  return []
}

/** The last job always ends well, so that there is something to compare. */
function randomJobs(target: FaultTarget, random: SeededRandom, hasGenerations: boolean): readonly Job[] {
  const count = random.between(2, 4)
  let end = 0
  return Array.from({ length: count }, (_, index) => {
    end += random.chance(0.15) ? 0 : random.between(100, 3000)
    const attempts = random.pick([0, 1, 1, 1, 2, 3])
    const isSync = index === 0 || !hasGenerations
    const kind = isSync
      ? 'sync'
      : random.pick(['sync', 'sync', 'truncate', 'truncate', 'retain', 'clear'] as const)
    return {
      kind,
      // What was cleared is read from the beginning by the job behind it.
      end: kind === 'clear' ? 0 : end,
      interruptions: Array.from({ length: attempts }, () => randomInterruption(target, random)),
      isAbandoned: index < count - 1 && attempts > 0 && random.chance(0.25),
    }
  })
}

function randomInterruption(target: FaultTarget, random: SeededRandom): Interruption {
  const isServerFault = target.postgres !== undefined && random.chance(0.55)
  return isServerFault ? randomServerInterruption(random) : randomProcessInterruption(random)
}
