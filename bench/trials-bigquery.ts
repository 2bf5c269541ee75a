import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BigQueryDouble } from '../test/support/bigquery-double/server.ts'
import { createServiceAccount } from '../test/support/bigquery-double/service-account.ts'
import { WriteService } from '../test/support/bigquery-double/write-service.ts'
import type { TakeRows } from '../test/support/bigquery-double/write-streams.ts'
import { checksumOf } from './checksum.ts'
import { createCatalog, runSync } from './connectors.ts'
import type { Dataset } from './dataset.ts'
import type { RecordKind } from './record-kind.ts'
import type { Measurement } from './run-process.ts'
import { assertRows, type ExpectedRows, rawName, rawNamespace } from './tables.ts'
import type { Trial } from './trial.ts'

const projectId = 'landfall-bench'

/** Two batches of 64 MiB on their way, as they came and encoded, and the next one. */
const maximumBytes = 768 * 1024 * 1024

/**
 * `destination-bigquery write` up to the raw table, by load jobs and by the Storage Write API: what encoding and uploading
 * take of the client's processor and memory. The double counts the rows and forgets them; how quick BigQuery is,
 * nothing here can say.
 */
export function bigQueryTrials(dataset: Dataset, directory: string): readonly Trial[] {
  const { records, bytes } = dataset.input
  const entry = (name: string) => ({ name, limit: 'newline scan', records, bytes, maximumBytes })
  return [
    {
      name: 'bigquery',
      entries: [entry('bigquery raw only, double')],
      run: async () => [await measureLoadJobs(dataset, directory)],
    },
    {
      name: 'bigquery',
      entries: [entry('bigquery Storage Write API, double')],
      run: async () => [await measureWriteApi(dataset, directory)],
    },
  ]
}

async function measureLoadJobs({ kind, input, expected }: Dataset, directory: string): Promise<Measurement> {
  const arrived = new ArrivedRows(kind)
  const { key, credentialsJson } = createServiceAccount()
  const takeRows = (table: string, lines: Buffer) => arrived.takeLines(table, lines)
  await using double = await BigQueryDouble.start({ projectId, keys: [key], takeRows })
  const measurement = await runSync({
    connector: 'bigquery',
    config: configOf(double, credentialsJson),
    catalog: createCatalog(kind, 'append'),
    input,
    directory,
  })
  assertRows(`${rawNamespace}.${rawName}`, expected.raw, arrived.result())
  return measurement
}

async function measureWriteApi({ kind, input, expected }: Dataset, directory: string): Promise<Measurement> {
  const arrived = new ArrivedRows(kind)
  const { key, credentialsJson } = createServiceAccount()
  await using double = await BigQueryDouble.start({ projectId, keys: [key] })
  const { engine, faults } = double
  const takeRows: TakeRows = (table, rows, columns) => {
    const index = columns.findIndex(({ name }) => name === '_airbyte_data')
    for (const row of rows) arrived.take(table, String(row[index]?.string_value))
  }
  await using writes = await WriteService.start({
    store: engine.store,
    faults,
    keys: [key],
    projectId,
    takeRows,
  })
  const certificatePath = join(directory, 'authority.pem')
  await writeFile(certificatePath, writes.authorityCertificate)
  const measurement = await runSync({
    connector: 'bigquery',
    config: {
      ...configOf(double, credentialsJson),
      loading_method: { method: 'Storage Write API' },
      write_endpoint: writes.url,
    },
    catalog: createCatalog(kind, 'append'),
    input,
    directory,
    environment: { GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: certificatePath },
  })
  assertRows(`${rawNamespace}.${rawName}`, expected.raw, arrived.result())
  return measurement
}

function configOf({ url }: BigQueryDouble, credentialsJson: string) {
  return {
    project_id: projectId,
    dataset_location: 'EU',
    dataset_id: 'bench',
    credentials_json: credentialsJson,
    api_endpoint: url,
    disable_type_dedupe: true,
  }
}

/** Counts what the double was sent, so that a quick load of the wrong rows is not a result. */
class ArrivedRows {
  readonly #kind: RecordKind
  readonly #keys = new Set<string>()
  #rows = 0
  #checksum = 0

  constructor(kind: RecordKind) {
    this.#kind = kind
  }

  takeLines(table: string, input: Buffer): number {
    const lines = input.toString('utf8').trimEnd().split('\n')
    for (const line of lines) this.take(table, JSON.parse(line)._airbyte_data)
    return lines.length
  }

  take(table: string, data: string): void {
    if (table !== `${rawNamespace}.${rawName}`) throw new Error(`rows for ${table}`)
    const record = JSON.parse(data)
    this.#keys.add(this.#kind.primaryKey.map((column) => record[column]).join('\n'))
    this.#checksum += checksumOf(this.#kind.checked.map((column) => record[column]))
    this.#rows += 1
  }

  result(): ExpectedRows {
    return { rows: this.#rows, distinctKeys: this.#keys.size, checksum: this.#checksum, changes: 0 }
  }
}
