import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { pause, type RetryPolicy, withRetries } from '../connection/retry.ts'
import type { Row, TableDescription } from '../destination/warehouse.ts'
import { DestinationError, toDestinationError } from '../errors.ts'
import type { Logger } from '../logger.ts'
import { type LeasesDialect, LeasesTable, leasesColumns } from '../sql/leases-table.ts'
import type { Sql, SqlBatch } from '../sql/sql.ts'
import type { TableName } from '../sql/sql-generator.ts'

export type TableLeasesOptions = {
  readonly dialect: LeasesDialect
  /** Not through anything that asks for leases itself. */
  readonly execute: (batch: SqlBatch) => Promise<void>
  readonly query: (statement: Sql) => Promise<readonly Row[]>
  readonly describeTables: (
    tables: readonly TableName[],
  ) => Promise<readonly (TableDescription | undefined)[]>
  /** Called before the first look: the leases are beside the raw tables, whose namespace may not be there yet. */
  readonly ensureNamespace: (namespace: string) => Promise<void>
  readonly logger: Logger
  readonly signal: AbortSignal
  /** How long a lease is good without being renewed. Default: `usualLeaseMilliseconds`. */
  readonly leaseMilliseconds?: number | undefined
}

/** So long does the next sync wait for one that was killed. Each renewal costs two small statements. */
const usualLeaseMilliseconds = 240_000

/** Two of them may fail before a lease ends. */
const renewalsPerLease = 3

/** The first one seen may have been the last act of a sync that was killed then. */
const renewalsOfTheLiving = 2

const looksPerLease = 48

/** Syncs that change the same small table at once are in each other's way for moments, not for minutes. */
const conflictPolicy: RetryPolicy = {
  firstDelayMilliseconds: 250,
  maximumDelayMilliseconds: 4000,
  totalMilliseconds: 15_000,
}

/** A lease as the table has it; times in milliseconds, `remaining` from now on. */
type StoredLease = {
  readonly holder: string
  readonly host: string
  readonly tables: readonly string[]
  readonly since: number
  readonly expires: number
  readonly remaining: number
}

/** What a sync holds in one namespace. */
type Holding = { readonly leases: LeasesTable; readonly tables: readonly string[] }

/**
 * Keeps other syncs away from raw tables in a warehouse whose locks end with a statement: a row in a table beside the raw
 * tables says who writes to them and until when, and is renewed for as long as the sync lives.
 *
 * Whoever has inserted a row looks again, and takes it back where another row is there: of two that come at the same
 * time at least one sees the other, so never both go on. Nothing but atomic statements is asked of the warehouse.
 */
export class TableLeases implements AsyncDisposable {
  readonly #options: TableLeasesOptions
  readonly #leaseMilliseconds: number
  readonly #holder = randomUUID()
  readonly #host = hostname()
  readonly #holdings: Holding[] = []
  /** Half of the lease: what begins before that has the other half to end. */
  #goodUntil = 0
  #renewal: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #loss: DestinationError | undefined

  constructor(options: TableLeasesOptions) {
    this.#options = options
    this.#leaseMilliseconds = options.leaseMilliseconds ?? usualLeaseMilliseconds
  }

  /** @throws DestinationError `TABLE_LOCKED` where another sync that lives writes to one of the tables */
  async acquire(tables: readonly TableName[]): Promise<void> {
    const { ensureNamespace, dialect } = this.#options
    const byNamespace = Map.groupBy(tables, ({ namespace }) => namespace)
    const holdings = [...byNamespace].map(([namespace, group]) => ({
      leases: new LeasesTable(namespace, dialect),
      tables: group.map(({ name }) => name),
    }))
    // After a failure that passes this is called again, and what the first call has inserted may be there.
    for (const { leases } of this.#holdings.splice(0)) await this.#execute([leases.delete(this.#holder)])
    let insertedAt = Number.POSITIVE_INFINITY
    for (const holding of holdings) {
      await ensureNamespace(holding.leases.name.namespace)
      await this.#ensureTable(holding.leases)
      this.#holdings.push(holding)
      insertedAt = Math.min(insertedAt, await this.#waitFor(holding))
    }
    this.#goodUntil = insertedAt + this.#leaseMilliseconds / 2
    this.#timer = setInterval(() => void this.#renewQuietly(), this.#leaseMilliseconds / renewalsPerLease)
    this.#timer.unref()
  }

  /**
   * Called before every write. A process that stood still for longer than its lease must not write beside the sync that has
   * taken its place.
   */
  async ensure(): Promise<void> {
    if (this.#holdings.length === 0) return
    if (this.#loss === undefined && performance.now() >= this.#goodUntil) await this.#renew()
    if (this.#loss !== undefined) throw this.#loss
  }

  /** Gives the leases back. What cannot be given back expires. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.#renewal?.catch(() => undefined)
    for (const { leases } of this.#holdings.splice(0)) {
      try {
        await this.#execute([leases.delete(this.#holder)])
      } catch (error) {
        const seconds = Math.round(this.#leaseMilliseconds / 1000)
        this.#options.logger.warn(
          `The lease in ${label(leases.name)} could not be given back (${toDestinationError(error).code}). It ends within ${seconds} s; the next sync waits for that.`,
        )
      }
    }
  }

  /** Each statement may run twice: a second row of the same holder goes with the first. */
  #execute(batch: SqlBatch): Promise<void> {
    const { execute, logger, signal } = this.#options
    return withRetries(() => execute(batch), { policy: conflictPolicy, logger, signal })
  }

  get #microseconds(): number {
    return Math.round(this.#leaseMilliseconds * 1000)
  }

  async #ensureTable(leases: LeasesTable): Promise<void> {
    const [description] = await this.#options.describeTables([leases.name])
    if (description === undefined) await this.#execute(leases.create())
  }

  /** Returns when the lease was asked for that nobody else claims. */
  async #waitFor(holding: Holding): Promise<number> {
    const isAlive = watchRenewals()
    for (let attempt = 1; ; attempt += 1) {
      const insertedAt = performance.now()
      const other = await this.#claim(holding, attempt > 1)
      if (other === undefined) return insertedAt
      const { logger } = this.#options
      if (attempt === 1)
        logger.info(`Waiting for ${describeHolder(other)}, which writes to ${commonTable(holding, other)}.`)
      if (isAlive(other)) throw locked(holding, other)
      await this.#pause(attempt)
    }
  }

  /**
   * Claims the tables. Where somebody else has one of them, or claims it at the same time, it takes the claim back and
   * returns who that is.
   */
  async #claim(holding: Holding, looksFirst: boolean): Promise<StoredLease | undefined> {
    const { leases, tables } = holding
    const isLive = ({ remaining }: StoredLease) => remaining >= 0
    // A claim of one who waits would only keep others from it.
    const present = looksFirst ? (await this.#findOthers(holding)).find(isLive) : undefined
    if (present !== undefined) return present
    await this.#execute([
      leases.insert({ holder: this.#holder, host: this.#host, tables }, this.#microseconds),
    ])
    const others = await this.#findOthers(holding)
    const rival = others.find(isLive) ?? (await this.#takeOver(holding, others))
    if (rival !== undefined) await this.#execute([leases.delete(this.#holder)])
    return rival
  }

  /** Removes the leases of syncs that are gone. Returns one that has come back, or come in between. */
  async #takeOver(holding: Holding, expired: readonly StoredLease[]): Promise<StoredLease | undefined> {
    const [first] = expired
    if (first === undefined) return undefined
    await this.#execute([holding.leases.deleteExpired(expired.map(({ holder }) => holder))])
    const [rival] = await this.#findOthers(holding)
    if (rival !== undefined) return rival
    this.#options.logger.warn(
      `Taking the place of ${describeHolder(first)}, which wrote to ${commonTable(holding, first)}: its lease ended ` +
        `${Math.round(-first.remaining / 1000)} s ago, so it was killed or cannot reach the warehouse.`,
    )
    return undefined
  }

  /** Leases of others that have a table in common with this one's, expired ones too. */
  async #findOthers({ leases, tables }: Holding): Promise<readonly StoredLease[]> {
    const own = new Set(tables)
    const stored = (await this.#options.query(leases.select())).map(toStoredLease)
    return stored.filter(
      (lease) => lease.holder !== this.#holder && lease.tables.some((table) => own.has(table)),
    )
  }

  async #renewQuietly(): Promise<void> {
    try {
      await this.#renew()
    } catch (error) {
      // The next renewal, or the next write, tries again; only when the lease has ended does it matter.
      this.#options.logger.warn(
        `Renewing the lease of the raw tables failed: ${toDestinationError(error).message}`,
      )
    }
  }

  #renew(): Promise<void> {
    this.#renewal ??= this.#renewAll().finally(() => {
      this.#renewal = undefined
    })
    return this.#renewal
  }

  /** A row that is gone was taken for one of a dead sync; what others have inserted beside it is theirs to take back. */
  async #renewAll(): Promise<void> {
    const { query } = this.#options
    const startedAt = performance.now()
    for (const { leases } of this.#holdings) {
      await this.#execute([leases.renew(this.#holder, this.#microseconds)])
      const stored = (await query(leases.select())).map(toStoredLease)
      if (!stored.some(({ holder }) => holder === this.#holder)) this.#loss = lost(leases.name)
    }
    this.#goodUntil = startedAt + this.#leaseMilliseconds / 2
  }

  /** Those that came at the same time must not come again in step, the less the more of them there are. */
  async #pause(attempt: number): Promise<void> {
    const share = 0.5 + Math.random() * Math.min(attempt, 4)
    await pause((this.#leaseMilliseconds / looksPerLease) * share, this.#options.signal)
  }
}

function toStoredLease(row: Row): StoredLease {
  const milliseconds = (name: string) => Number(row[name]) / 1000
  const expires = milliseconds(leasesColumns.expires)
  return {
    holder: String(row[leasesColumns.holder]),
    host: String(row[leasesColumns.host]),
    tables: JSON.parse(String(row[leasesColumns.tables])),
    since: milliseconds(leasesColumns.since),
    expires,
    remaining: expires - milliseconds('now_microseconds'),
  }
}

/** To be asked at every look at a lease: whether it was renewed often enough since the first look. */
function watchRenewals(): (lease: StoredLease) => boolean {
  const seen = new Map<string, { readonly expires: number; readonly renewals: number }>()
  return ({ holder, since, expires }) => {
    const key = `${holder} ${since}`
    const last = seen.get(key) ?? { expires, renewals: 0 }
    const renewals = last.renewals + (expires === last.expires ? 0 : 1)
    seen.set(key, { expires, renewals })
    return renewals >= renewalsOfTheLiving
  }
}

function describeHolder({ host, since }: StoredLease): string {
  return `the sync on \`${host}\`, begun at ${new Date(since).toISOString()}`
}

function commonTable({ leases, tables }: Holding, other: StoredLease): string {
  const name = tables.find((table) => other.tables.includes(table)) ?? ''
  return label({ namespace: leases.name.namespace, name })
}

function locked(holding: Holding, other: StoredLease): DestinationError {
  return new DestinationError(
    'TABLE_LOCKED',
    `Another sync writes to ${commonTable(holding, other)}: ${describeHolder(other)}. Let it end or stop it, then sync again; two syncs into ` +
      `one table would mix their rows. Who holds what is in ${label(holding.leases.name)}.`,
  )
}

function lost(leases: TableName): DestinationError {
  return new DestinationError(
    'TABLE_LOCKED',
    `This sync gave no sign of life for so long that another one has taken its place in ${label(leases)}. It stops here; what it has ` +
      'written is safe. Give the connector more of the processor, or a better network, if this comes again.',
  )
}

function label({ namespace, name }: TableName): string {
  return `\`${namespace}.${name}\``
}
