import { type Logger, type Sql, silentLogger, sql, type TableName, type Warehouse } from 'landfall/sdk'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { bigQueryConfigSchema } from '../../destinations/bigquery/config.ts'
import { BigQueryWarehouse } from '../../destinations/bigquery/warehouse.ts'
import { redshiftConfigSchema } from '../../destinations/redshift/config.ts'
import { RedshiftWarehouse } from '../../destinations/redshift/warehouse.ts'
import { snowflakeConfigSchema } from '../../destinations/snowflake/config.ts'
import { SnowflakeWarehouse } from '../../destinations/snowflake/warehouse.ts'
import { createLogger } from '../../src/logger.ts'
import { caught } from '../support/caught.ts'
import { openBigQueryTarget } from './bigquery/target.ts'
import { openRedshiftTarget } from './redshift/target.ts'
import { openSnowflakeTarget } from './snowflake/target.ts'

type Options = {
  readonly leaseMilliseconds?: number
  readonly logger?: Logger
  readonly signal?: AbortSignal
}
type Place = {
  readonly connect: (options: Options) => Promise<Warehouse>
  readonly close: () => Promise<void>
  /** Makes the next change of a table fail for a moment, as two that meet do. */
  readonly disturb: () => void
}

const places: Readonly<Record<string, () => Promise<Place>>> = {
  Snowflake: async () => {
    const target = await openSnowflakeTarget()
    const config = snowflakeConfigSchema.parse(target.config)
    return {
      connect: (options) => SnowflakeWarehouse.connect(config, contextOf(options)),
      close: async () => target[Symbol.asyncDispose](),
      disturb: () => {
        target.double.onQuery = (text) => {
          if (!/^(DELETE|INSERT|UPDATE)/.test(text)) return undefined
          target.double.onQuery = () => undefined
          return 'aborted'
        }
      },
    }
  },
  Redshift: async () => {
    const target = await openRedshiftTarget()
    const config = redshiftConfigSchema.parse(target.config)
    return {
      connect: (options) => RedshiftWarehouse.connect(config, contextOf(options)),
      close: async () => target[Symbol.asyncDispose](),
      disturb: () => {
        target.double.fault = (statement) => {
          if (!/^(DELETE|INSERT|UPDATE)/.test(statement)) return undefined
          target.double.fault = undefined
          return { state: 'XX000', message: '1023', detail: 'Serializable isolation violation on table' }
        }
      },
    }
  },
  BigQuery: async () => {
    const target = await openBigQueryTarget()
    const config = bigQueryConfigSchema.parse(target.config)
    return {
      connect: (options) => BigQueryWarehouse.open(config, contextOf(options)),
      close: async () => target[Symbol.asyncDispose](),
      disturb: () =>
        target.double.addFault({
          kind: 'fail_job',
          reason: 'invalidQuery',
          message: 'Transaction is aborted due to concurrent update against table _airbyte_leases',
          times: 1,
          on: 'query',
        }),
    }
  },
}

function contextOf({
  logger = silentLogger,
  signal = new AbortController().signal,
  leaseMilliseconds = 4000,
}: Options) {
  return { logger, signal, leaseMilliseconds }
}

const table = (name: string): TableName => ({ namespace: 'raw_leases', name })
const lock = (warehouse: Warehouse, ...names: string[]) => warehouse.lockTables?.(names.map(table))

describe.each(Object.keys(places))('two syncs of the same tables of %s', (name) => {
  const quote = (text: string) => (name !== 'BigQuery' ? `"${text}"` : `\`${text}\``) as Sql
  const leases = sql`${quote('raw_leases')}.${quote('_airbyte_leases')}`
  const expires = quote('_airbyte_expires')
  /** Changes nothing. */
  const harmless = [[sql`DELETE FROM ${leases} WHERE ${expires} < 0`]]

  let place: Place
  beforeAll(async () => {
    place = await (places[name] ?? expect.fail)()
  })
  afterAll(() => place?.close())

  async function connect(options: Options = {}): Promise<Warehouse> {
    const warehouse = await place.connect(options)
    onTestFinished(() => warehouse[Symbol.asyncDispose]())
    return warehouse
  }

  it('the second is refused while the first lives, and told what, where and since when', async () => {
    const [first, second] = [await connect(), await connect()]
    await lock(first, 'users', 'orders')
    const error = await caught(() => lock(second, 'items', 'orders') ?? Promise.resolve())
    expect(error).toMatchObject({ code: 'TABLE_LOCKED', failureType: 'transient_error' })
    expect(error.message).toMatch(/`raw_leases\.orders`.*the sync on `.+`, begun at 20\d\d-\d\d-/)
    await first.execute(harmless)
  })

  it('the second goes on when the first has ended, without a word about it', async () => {
    const lines: string[] = []
    const logger = createLogger({ emit: (level, message) => void lines.push(`${level} ${message}`) })
    const [first, second] = [await connect(), await connect({ logger })]
    await lock(first, 'users')
    const waiting = lock(second, 'users')
    await expect.poll(() => lines.join(), { timeout: 10_000 }).toContain('Waiting for the sync on')
    await first[Symbol.asyncDispose]()
    await waiting
    expect(lines.filter((line) => line.startsWith('WARN'))).toEqual([])
  })

  it('syncs of other tables do not wait', async () => {
    const [first, second] = [await connect(), await connect()]
    await lock(first, 'users')
    await lock(second, 'orders')
  })

  it('of several that come at the same time one goes on', async () => {
    const warehouses = await Promise.all(Array.from({ length: 4 }, () => connect()))
    const results = await Promise.allSettled(warehouses.map((warehouse) => lock(warehouse, 'contested')))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('one that meets another in the table of leases tries again, at its begin and at its end', async () => {
    const [first, second] = [await connect(), await connect()]
    place.disturb()
    await lock(first, 'users')
    place.disturb()
    await first[Symbol.asyncDispose]()
    const startedAt = performance.now()
    await lock(second, 'users')
    expect(performance.now() - startedAt).toBeLessThan(3000)
  })

  it('one that was asked to stop gives its lease back', async () => {
    const controller = new AbortController()
    const [first, second] = [await connect({ signal: controller.signal }), await connect()]
    await lock(first, 'users')
    controller.abort()
    await first[Symbol.asyncDispose]()
    const startedAt = performance.now()
    await lock(second, 'users')
    expect(performance.now() - startedAt).toBeLessThan(3000)
  })

  it('one that was killed just after it had renewed its lease is replaced, too', async () => {
    const lines: string[] = []
    const logger = createLogger({ emit: (level, message) => void lines.push(`${level} ${message}`) })
    const [first, second] = [await connect({ leaseMilliseconds: 60_000 }), await connect({ logger })]
    await lock(first, 'users')
    const setEnd = (microseconds: number) =>
      first.execute([[sql`UPDATE ${leases} SET ${expires} = ${String(microseconds) as Sql} WHERE TRUE`]])
    const end = (Date.now() + 4000) * 1000
    await setEnd(end)
    const waiting = lock(second, 'users')
    await expect.poll(() => lines.join(), { timeout: 10_000 }).toContain('Waiting for the sync on')
    await setEnd(end + 1)
    await waiting
    expect(lines.join()).toContain('WARN Taking the place of the sync on')
  })

  it('one that is silent for too long is replaced, and writes no more', async () => {
    const lines: string[] = []
    const logger = createLogger({ emit: (level, message) => void lines.push(`${level} ${message}`) })
    const first = await connect({ leaseMilliseconds: 60_000 })
    const second = await connect({ logger })
    await lock(first, 'users')
    // As if it had been silent for all of its lease: nobody can wait for that here.
    await second.execute([[sql`UPDATE ${leases} SET ${expires} = 1 WHERE ${expires} > 1`]])
    await lock(second, 'users')
    expect(lines.join()).toMatch(
      /WARN Taking the place of the sync on `.+`, begun at .+, which wrote to `raw_leases\.users`/,
    )
    await second.execute(harmless)
    const third = await connect({ leaseMilliseconds: 2000 })
    await lock(third, 'items')
    await second.execute([[sql`DELETE FROM ${leases} WHERE TRUE`]])
    await expect
      .poll(() => third.execute(harmless).then(() => '', String), { timeout: 10_000 })
      .toContain('taken its place')
    expect(await caught(() => third.execute(harmless))).toMatchObject({ code: 'TABLE_LOCKED' })
  })
})
