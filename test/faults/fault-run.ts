/** What `npm run test:faults` was asked for, by way of the environment; `npm test` asks for nothing. */
export type FaultRun = {
  /** How long random interruptions go on. */
  readonly seconds: number
  /** Of the first random scenario; the next ones count up. */
  readonly seed: number
  /** Whether only the scenario of that seed is to run. */
  readonly isReplay: boolean
  readonly target: string | undefined
  /** Whether slow cases run too. */
  readonly isLong: boolean
  /** Whether nothing is left to chance that can be listed. */
  readonly isThorough: boolean
}

/** Short enough for `npm test` on two cores. */
const shortSeconds = 8

const thoroughSeconds = 600

/** `npm test` begins with the same scenarios each time; longer runs look at others, and a failure prints the seed. */
function firstSeed(seconds: number): number {
  return seconds > shortSeconds ? Math.floor(Date.now() / 1000) % 1_000_000_000 : 1
}

export function faultRun(env: { readonly [name: string]: string | undefined } = process.env): FaultRun {
  const seconds = Number(env.LANDFALL_FAULT_SECONDS ?? shortSeconds)
  const seed = env.LANDFALL_FAULT_SEED
  return {
    seconds,
    seed: seed === undefined ? firstSeed(seconds) : Number(seed),
    isReplay: seed !== undefined,
    target: env.LANDFALL_FAULT_TARGET,
    isLong: seconds > shortSeconds,
    isThorough: seconds >= thoroughSeconds,
  }
}
