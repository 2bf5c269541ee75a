import { BigQueryDouble } from '../test/support/bigquery-double/server.ts'
import { createServiceAccount } from '../test/support/bigquery-double/service-account.ts'
import { checksumOf } from './checksum.ts'
import { createCatalog, runSync } from './connectors.ts'
import type { Dataset } from './dataset.ts'
import type { RecordKind } from './record-kind.ts'
import { assertRows, type ExpectedRows, rawName, rawNamespace } from './tables.ts'
import type { Trial } from './trial.ts'

const projectId = 'landfall-bench'

/** Two batches of 64 MiB on their way, as they came and encoded, and the next one. */
const maximumBytes = 768 * 1024 * 1024

/**
 * `destination-bigquery write` up to the load jobs: what encoding and uploading take of the client's processor
 * and memory. The double counts the rows and forgets them; how quick BigQuery is, nothing here can say.
 */
export function bigQueryTrials({ kind, input, expected }: Dataset, directory: string): readonly Trial[] {
  const { records, bytes } = input
  return [
    {
      name: 'bigquery',
      entries: [{ name: 'bigquery raw only, double', limit: 'newline scan', records, bytes, maximumBytes }],
      run: async () => {
        const arrived = new ArrivedRows(kind)
        const { key, credentialsJson } = createServiceAccount()
        const takeRows = (table: string, input: Buffer) => arrived.take(table, input)
        await using double = await BigQueryDouble.start({ projectId, keys: [key], takeRows })
        const measurement = await runSync({
          connector: 'bigquery',
          config: {
            project_id: projectId,
            dataset_location: 'EU',
            dataset_id: 'bench',
            credentials_json: credentialsJson,
            api_endpoint: double.url,
            disable_type_dedupe: true,
          },
          catalog: createCatalog(kind, 'append'),
          input,
          directory,
        })
        assertRows(`${rawNamespace}.${rawName}`, expected.raw, arrived.result())
        return [measurement]
      },
    },
  ]
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

  take(table: string, input: Buffer): number {
    if (table !== `${rawNamespace}.${rawName}`) throw new Error(`rows for ${table}`)
    const lines = input.toString('utf8').trimEnd().split('\n')
    for (const line of lines) {
      const record = JSON.parse(JSON.parse(line)._airbyte_data)
      this.#keys.add(this.#kind.primaryKey.map((column) => record[column]).join('\n'))
      this.#checksum += checksumOf(this.#kind.checked.map((column) => record[column]))
    }
    this.#rows += lines.length
    return lines.length
  }

  result(): ExpectedRows {
    return { rows: this.#rows, distinctKeys: this.#keys.size, checksum: this.#checksum, changes: 0 }
  }
}
