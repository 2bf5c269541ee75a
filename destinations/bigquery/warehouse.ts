import { randomUUID } from 'node:crypto'
import type { BigQuery } from '@google-cloud/bigquery'
import {
  type Batching,
  type DestinationContext,
  DestinationError,
  type LeasesDialect,
  type Receipt,
  type RecordBatch,
  type RecordLimits,
  type Row,
  rawColumns,
  type Sql,
  type SqlBatch,
  type SqlTransaction,
  type StreamConfig,
  sql,
  type TableDescription,
  TableLeases,
  type TableName,
  type Warehouse,
} from 'landfall/sdk'
import { CollectedLoads, type CollectedLoadsOptions } from './collected-loads.ts'
import type { BigQueryConfig } from './config.ts'
import { CostMeter } from './cost-meter.ts'
import { describeTable, type TableResource } from './describe-table.ts'
import { classifyBigQueryError } from './errors.ts'
import { JobRunner, type QueryConfiguration } from './job-runner.ts'
import { createClient } from './load-driver.ts'
import { LoadJobs } from './load-jobs.ts'
import { ageOfLoads } from './load-quota.ts'
import { readProblem } from './problem.ts'
import { quoteName, quoteText } from './quoting.ts'
import { bigQueryRecordLimits, streamedRecordLimits } from './record-limits.ts'
import type { RowLoader } from './row-loader.ts'
import { BigQuerySqlGenerator } from './sql-generator.ts'
import { StagingFiles } from './staging-files.ts'
import { assertLength, toScript } from './to-script.ts'
import { openWriteDriver, type WriteDriver } from './write-client.ts'
import { WriteStreams } from './write-streams.ts'

/** Each is a stream that is made, closed and committed. */
const streamedBatches: Batching = { batchBytes: 64 * 1024 * 1024, maximumAgeMilliseconds: 60_000 }

/** They are collected on the disk until they are worth a load, so memory is all that speaks for a size. */
const collectedBatchBytes = 16 * 1024 * 1024

/** Requests about tables that run at the same time; BigQuery allows 100 a second. */
const metadataConcurrency = 8

type Drivers = Sizes & { readonly client: BigQuery; readonly writeDriver: WriteDriver | undefined }

/** For tests, which cannot wait for gigabytes. */
type Sizes = Pick<CollectedLoadsOptions, 'bytesOfNextLoad'>

/** A project's BigQuery, through jobs of its REST API, and the Storage Write API where it is asked for. */
export class BigQueryWarehouse implements Warehouse {
  /** A load waits for BigQuery most of the time; each takes twice its batch of memory. */
  readonly replacesCharacters = true
  readonly loadConcurrency = 2
  readonly recordLimits: RecordLimits
  /** A transaction is one query, which has a megabyte of text; escapes make up to three bytes of one. */
  readonly maximumKeptBytes = 256 * 1024
  readonly #config: BigQueryConfig
  readonly #runner: JobRunner
  readonly #loads: RowLoader
  readonly #costs: CostMeter
  readonly #leases: TableLeases
  #tables = 0

  private constructor(
    config: BigQueryConfig,
    { client, writeDriver, bytesOfNextLoad }: Drivers,
    context: DestinationContext,
  ) {
    const { logger, signal } = context
    const { projectId, location, staging } = config
    this.#config = config
    this.#costs = new CostMeter(logger)
    this.#runner = new JobRunner({ client, projectId, location, logger, signal, costs: this.#costs })
    this.#leases = this.#createLeases(context)
    this.recordLimits = writeDriver === undefined ? bigQueryRecordLimits : streamedRecordLimits
    if (writeDriver !== undefined) {
      this.#loads = new WriteStreams({ driver: writeDriver, projectId, logger, signal })
      return
    }
    const files = staging === undefined ? undefined : new StagingFiles(staging, signal)
    this.#loads = new CollectedLoads({
      jobs: new LoadJobs({ client, runner: this.#runner, location, files }),
      beforeLoad: () => this.#leases.ensure(),
      logger,
      signal,
      bytesOfNextLoad,
    })
  }

  /** Known when the tables of the sync are: they share a quota. */
  get batching(): Batching {
    if (this.#config.writesStreams) return streamedBatches
    return { batchBytes: collectedBatchBytes, maximumAgeMilliseconds: ageOfLoads(this.#tables) }
  }

  static async open(
    config: BigQueryConfig,
    context: DestinationContext,
    sizes: Sizes = {},
  ): Promise<BigQueryWarehouse> {
    const client = await createClient(config)
    const writeDriver = config.writesStreams ? await openWriteDriver(config) : undefined
    return new BigQueryWarehouse(config, { ...sizes, client, writeDriver }, context)
  }

  #createLeases({ logger, signal, leaseMilliseconds }: DestinationContext): TableLeases {
    return new TableLeases({
      dialect: leasesDialect,
      // A statement says what is to be true from now on, so each time it runs anew.
      execute: (batch) => this.#executeAnew(batch),
      query: (statement) => this.query(statement),
      describeTables: (tables) => this.describeTables(tables),
      ensureNamespace: (namespace) => this.#ensureNamespace(namespace),
      logger,
      signal,
      leaseMilliseconds,
    })
  }

  /** An account may lack the right to create one, and need none. */
  async #ensureNamespace(namespace: string): Promise<void> {
    if ((await this.listNamespaces([namespace])).has(namespace)) return
    const { location } = this.#config
    await this.#executeAnew(new BigQuerySqlGenerator({ location }).createNamespace(namespace))
  }

  async lockTables(tables: readonly TableName[]): Promise<void> {
    this.#tables = tables.length
    await this.#leases.acquire(tables)
  }

  async execute(batch: SqlBatch, stream?: StreamConfig): Promise<void> {
    await this.#leases.ensure()
    for (const transaction of batch) {
      const script = toScript(transaction)
      if (script === undefined) continue
      await this.#runner.executeOnce(configure(script, stream), describe(transaction))
    }
  }

  async #executeAnew(batch: SqlBatch): Promise<void> {
    for (const transaction of batch) {
      const script = toScript(transaction)
      if (script !== undefined) await this.#runner.query(configure(script), describe(transaction))
    }
  }

  async query(statement: Sql): Promise<readonly Row[]> {
    return this.#runner.query(configure(statement), describe([statement]))
  }

  async insertRaw(table: TableName, batch: RecordBatch, alongside: SqlTransaction = []): Promise<Receipt> {
    await this.#leases.ensure()
    const activity = `loading rows into \`${table.namespace}.${table.name}\``
    if (alongside.length === 0)
      return { rowsWritten: await this.#loads.load(table, batch, activity), rejected: [] }
    return this.#loadAlongside(table, batch, alongside, activity)
  }

  /** A load cannot be part of a transaction, so the rows take the way through a table of their own. */
  async #loadAlongside(
    table: TableName,
    batch: RecordBatch,
    alongside: SqlTransaction,
    activity: string,
  ): Promise<Receipt> {
    const name = `${table.name}_ab_replay_${randomUUID().replaceAll('-', '')}`
    const [real, staged] = [quoteTable(table), quoteTable({ ...table, name })]
    const columns = Object.values(rawColumns).map(quoteName).join(', ') as Sql
    await this.execute([
      [
        sql`CREATE TABLE ${staged} LIKE ${real}\nOPTIONS (expiration_timestamp = TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL 1 DAY))`,
      ],
    ])
    try {
      const rowsWritten = await this.#loads.loadAlone({ ...table, name }, batch, activity)
      const move = sql`INSERT INTO ${real} (${columns})\nSELECT ${columns}\nFROM ${staged}`
      await this.execute([[move, ...alongside]])
      return { rowsWritten, rejected: [] }
    } finally {
      await this.execute([[sql`DROP TABLE IF EXISTS ${staged}`]])
    }
  }

  /** Mostly the job tells; the query reads a column of the whole table. */
  async hasRawId(table: TableName, rawId: string): Promise<boolean> {
    const activity = `looking for rows in \`${table.namespace}.${table.name}\``
    const hasLanded = await this.#loads.settle(rawId, activity)
    if (hasLanded !== undefined) return hasLanded
    const [row] = await this.query(
      sql`SELECT EXISTS (SELECT 1 FROM ${quoteTable(table)} WHERE ${quoteName(rawColumns.rawId)} = ${quoteText(rawId)}) AS has_row`,
    )
    return row?.has_row === true
  }

  /** From the API, which costs nothing; the tables of INFORMATION_SCHEMA cost 10 MB each time. */
  async describeTables(tables: readonly TableName[]): Promise<readonly (TableDescription | undefined)[]> {
    const distinct = new Map(tables.map((table) => [`${table.namespace}.${table.name}`, table]))
    const found = await mapConcurrently([...distinct], async ([key, { namespace, name }]) => {
      const uri = `/datasets/${namespace}/tables/${name}`
      const table = await this.#find<TableResource>(uri, `describing \`${key}\``)
      return [key, table && describeTable(table)] as const
    })
    const descriptions = new Map(found)
    return tables.map(({ namespace, name }) => descriptions.get(`${namespace}.${name}`))
  }

  async listNamespaces(namespaces: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await mapConcurrently(namespaces, async (namespace) => {
      const dataset = await this.#find<{ readonly location?: string }>(
        `/datasets/${namespace}`,
        `looking for the dataset \`${namespace}\``,
      )
      if (dataset === undefined) return []
      this.#assertLocation(namespace, dataset.location)
      return [namespace]
    })
    return new Set(found.flat())
  }

  #assertLocation(namespace: string, actual: string | undefined): void {
    const { location } = this.#config
    if (actual === undefined || actual.toLowerCase() === location.toLowerCase()) return
    throw new DestinationError(
      'CONFIG_INVALID',
      `The dataset \`${namespace}\` is in the location \`${actual}\`, but \`dataset_location\` is \`${location}\`. Correct the configuration, or use another dataset: a dataset cannot move.`,
    )
  }

  async #find<Resource>(uri: string, activity: string): Promise<Resource | undefined> {
    try {
      return await this.#runner.get<Resource>(uri)
    } catch (error) {
      const { status, message } = readProblem(error)
      if (status === 404 && !/^Not found: Project/i.test(message)) return undefined
      throw classifyBigQueryError(error, activity)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#leases[Symbol.asyncDispose]()
    this.#costs.report()
    await this.#loads[Symbol.asyncDispose]()
  }
}

const leasesDialect: LeasesDialect = {
  quote: quoteName,
  table: quoteTable,
  literal: quoteText,
  textType: sql`STRING`,
  integerType: sql`INT64`,
  now: sql`UNIX_MICROS(CURRENT_TIMESTAMP())`,
}

async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  map: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  for (let start = 0; start < items.length; start += metadataConcurrency) {
    results.push(...(await Promise.all(items.slice(start, start + metadataConcurrency).map(map))))
  }
  return results
}

function quoteTable({ namespace, name }: TableName): Sql {
  return sql`${quoteName(namespace)}.${quoteName(name)}`
}

function configure(query: Sql, stream?: StreamConfig): QueryConfiguration {
  assertLength(query)
  const labels = {
    landfall: 'sync',
    ...(stream === undefined ? {} : { stream: toLabel(stream.id.finalName) }),
  }
  return { query: { query, useLegacySql: false }, labels }
}

/** Enough of the statements to recognise them in a message; the rest may be long. */
function describe(transaction: SqlTransaction): string {
  const last = transaction.findLast((statement) => !statement.startsWith('UPDATE')) ?? transaction[0] ?? ''
  const line = (last.split('\n').find((text) => !/^(BEGIN|SELECT| {2})?$/.test(text)) ?? '').slice(0, 100)
  return `running \`${line.replaceAll('`', '').trim()}\``
}

/** https://cloud.google.com/bigquery/docs/labels-intro#requirements */
function toLabel(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '_')
    .slice(0, 63)
}
