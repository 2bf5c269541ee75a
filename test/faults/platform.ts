import { type Attempt, type AttemptResult, runAttempt } from './attempt.ts'
import { type FaultStream, schemaOf } from './fault-stream.ts'
import type { FaultTarget } from './fault-target.ts'
import { type Interruption, judgeEnding, undisturbed } from './interruption.ts'
import type { SeededRandom } from './random.ts'
import { ReaderWatch } from './reader-watch.ts'
import { describe, type StateKind, sourceLines } from './source-lines.ts'
import { StateInbox } from './state-inbox.ts'
import { type FinalRow, TableModel } from './table-model.ts'

/**
 * `truncate` and `retain` are refreshes: everything is read anew, and old rows go or stay. `clear` is a
 * refresh of a source without records: only empty tables are left.
 */
export type JobKind = 'sync' | 'truncate' | 'retain' | 'clear'

export type Job = {
  readonly kind: JobKind
  /** How many records each stream has by now. */
  readonly end: number
  /** One per attempt, from the first; attempts after these are undisturbed. */
  readonly interruptions: readonly Interruption[]
  /** The user cancels the job after its interrupted attempts. */
  readonly isAbandoned: boolean
}

export type PlatformOptions = {
  readonly target: FaultTarget
  readonly streams: readonly FaultStream[]
  readonly random: SeededRandom
  readonly stateKind: StateKind
  /** Absent: true. Platforms of old know no generations; they say `overwrite` and can only sync. */
  readonly hasGenerations?: boolean
  /** Gets a line per attempt. */
  readonly report: (line: string) => void
}

/** What the platform knows of a stream. */
type StreamAccount = {
  readonly stream: FaultStream
  readonly model: TableModel
  generation: number
  /** Of the last state that came back. */
  position: number
}

/** An undisturbed attempt succeeds at once; more than one shows that something is stuck. */
const mostUndisturbedAttempts = 1

/**
 * Does what Airbyte's platform does around a destination: keeps the last state of each stream, counts
 * generations up, starts the next attempt after a failure, and sends COMPLETE at the end.
 */
export class Platform {
  readonly #options: PlatformOptions
  readonly #accounts: readonly StreamAccount[]
  #jobs = 0
  #endBefore = 0

  constructor(options: PlatformOptions) {
    this.#options = options
    this.#accounts = options.streams.map((stream) => ({
      stream,
      model: new TableModel(stream),
      generation: 0,
      position: 0,
    }))
  }

  /** Returns what went wrong, one sentence each: states, endings, readers, secrets, and at the end the tables. */
  async runJob(job: Job): Promise<readonly string[]> {
    this.#jobs += 1
    try {
      return await this.#runAttempts(job)
    } finally {
      this.#endBefore = job.end
    }
  }

  async #runAttempts(job: Job): Promise<readonly string[]> {
    const attempts = [...job.interruptions, ...Array(mostUndisturbedAttempts).fill(undisturbed)]
    for (const [index, interruption] of attempts.entries()) {
      if (job.isAbandoned && interruption === undisturbed) break
      this.#startAttempt(job, index)
      const { problems, isSuccess } = await this.#runAttempt(job, interruption)
      if (problems.length > 0)
        return problems.map((problem) => `${job.kind}, ${interruption.name}: ${problem}`)
      if (isSuccess) return this.#finishJob(job)
    }
    for (const account of this.#accounts)
      if (isTruncating(job, account)) account.model.abandon(account.generation)
    return job.isAbandoned ? [] : ['no attempt succeeded']
  }

  /** The ids of protocol.md 5.1: a refresh counts up once, a stream that cannot resume with every attempt. */
  #startAttempt(job: Job, attempt: number): void {
    for (const account of this.#accounts) {
      const isRefreshed = job.kind !== 'sync' && attempt === 0
      if (!isRefreshed && !account.stream.isFullRefresh) continue
      account.generation += 1
      account.position = 0
    }
  }

  async #runAttempt(job: Job, interruption: Interruption) {
    const { target, streams, random, stateKind, report } = this.#options
    const progress = this.#accounts.map(({ stream, position }) => ({ stream, position, end: job.end }))
    const inbox = new StateInbox((stream, position) => this.#acknowledge(stream, position))
    await using reader = await ReaderWatch.start(
      target,
      this.#hasGenerations ? this.#accounts.filter((account) => isTruncating(job, account)) : [],
      { now: job.end, before: this.#endBefore },
    )
    const cleanUp = await interruption.before?.({ target, streams })
    const startedAt = performance.now()
    let result: AttemptResult
    try {
      result = await runAttempt(
        {
          target,
          catalog: this.#catalog(job),
          lines: sourceLines(progress, { random, stateKind }),
          linesPerRest: random.between(100, 400),
          env: { LANDFALL_FLUSH_INTERVAL_SECONDS: '0.1', LANDFALL_MEMORY_BUDGET_MB: '8' },
          onSent: (line) => {
            if (line.kind === 'state') inbox.expect(line.state)
            if (line.kind === 'record') {
              const account = this.#account(line.stream)
              account.model.send(account.generation, line.position)
            }
          },
          onState: (line) => inbox.receive(line),
        },
        (attempt: Attempt) => interruption.during?.(attempt, { target, streams }),
      )
    } finally {
      await cleanUp?.()
    }
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
    const ending = result.signal ?? `exit ${result.exitCode} ${result.failureType ?? ''}`
    report(`${job.kind} (${interruption.name}): ${ending}, ${inbox.received} states, ${seconds} s`)
    const isSuccess = result.exitCode === 0 && result.isSourceDone
    const problems = [
      ...judgeEnding(interruption, result),
      ...inbox.problems,
      ...(isSuccess && inbox.missing > 0 ? [`it succeeded without ${inbox.missing} states`] : []),
      ...reader.problems,
      ...(leaks(result, target.secret) ? ['its output shows the password'] : []),
    ]
    return { problems, isSuccess }
  }

  async #finishJob(job: Job): Promise<readonly string[]> {
    const problems: string[] = []
    for (const account of this.#accounts) {
      const { stream, model, generation } = account
      if (isTruncating(job, account)) model.keepOnly(generation)
      if (account.position !== job.end)
        problems.push(`${stream.name} has state ${account.position}, not ${job.end}`)
      const rows = await this.#options.target.readFinalTable(stream)
      const differences =
        rows === undefined
          ? ['there is no table']
          : model.compare(this.#counted(rows, generation), generation)
      problems.push(
        ...differences.slice(0, 5).map((difference) => `${job.kind}, table ${stream.name}: ${difference}`),
      )
      if (differences.length > 5)
        problems.push(`table ${stream.name}: ${differences.length - 5} more differences`)
    }
    return problems
  }

  get #hasGenerations(): boolean {
    return this.#options.hasGenerations ?? true
  }

  /** Without generations, every row says 0; the model counts them all the same, and none but the last may be left. */
  #counted(rows: readonly FinalRow[], generation: number): readonly FinalRow[] {
    if (this.#hasGenerations) return rows
    return rows.map((row) => ({
      ...row,
      generation: row.generation === '0' ? String(generation) : `${row.generation}, not 0`,
    }))
  }

  #acknowledge(stream: FaultStream, position: number): void {
    const account = this.#account(stream)
    account.position = position
    account.model.acknowledge(account.generation, position)
  }

  #account(stream: FaultStream): StreamAccount {
    const account = this.#accounts.find((candidate) => candidate.stream === stream)
    if (account === undefined) throw new Error(`The platform does not sync ${stream.name}.`)
    return account
  }

  #catalog(job: Job): object {
    const streams = this.#accounts.map((account) => ({
      stream: { ...describe(account.stream), json_schema: schemaOf(account.stream) },
      sync_mode: account.stream.isFullRefresh ? 'full_refresh' : 'incremental',
      destination_sync_mode: this.#destinationSyncMode(account.stream),
      ...(account.stream.isDeduped ? { primary_key: [['id']] } : {}),
      ...(account.stream.hasCursor ? { cursor_field: ['version'] } : {}),
      ...(this.#hasGenerations
        ? {
            generation_id: account.generation,
            minimum_generation_id: isTruncating(job, account) ? account.generation : 0,
            sync_id: this.#jobs,
          }
        : {}),
    }))
    return { streams }
  }

  /** With generations, only they say what is replaced. */
  #destinationSyncMode({ isDeduped, isFullRefresh }: FaultStream): string {
    if (isFullRefresh && !this.#hasGenerations) return isDeduped ? 'overwrite_dedup' : 'overwrite'
    return isDeduped ? 'append_dedup' : 'append'
  }
}

function isTruncating(job: Job, { stream }: StreamAccount): boolean {
  return job.kind === 'truncate' || job.kind === 'clear' || stream.isFullRefresh
}

function leaks({ stdout, stderr }: AttemptResult, secret: string): boolean {
  return stdout.includes(secret) || stderr.includes(secret)
}
