import { BigQueryDouble } from '../test/support/bigquery-double/server.ts'
import { createServiceAccount } from '../test/support/bigquery-double/service-account.ts'
import { runSync, usersCatalog } from './connectors.ts'
import type { Dataset } from './dataset.ts'
import { assertRows, rawName, rawNamespace } from './tables.ts'
import type { Trial } from './trial.ts'

const projectId = 'landfall-bench'

/** Two batches of 64 MiB on their way, as they came and encoded, and the next one. */
const maximumBytes = 768 * 1024 * 1024

/**
 * `destination-bigquery write` up to the load jobs: what encoding and uploading take of the client's processor
 * and memory. The double counts the rows and forgets them; how quick BigQuery is, nothing here can say.
 */
export function bigQueryTrials({ users, expected }: Dataset, directory: string): readonly Trial[] {
  const { records, bytes } = users
  return [
    {
      name: 'bigquery',
      entries: [{ name: 'bigquery raw only, double', limit: 'newline scan', records, bytes, maximumBytes }],
      run: async () => {
        const tally = new Tally()
        const { key, credentialsJson } = createServiceAccount()
        const takeRows = (table: string, input: Buffer) => tally.take(table, input)
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
          catalog: usersCatalog('append'),
          input: users,
          directory,
        })
        assertRows(`${rawNamespace}.${rawName}`, expected.append, tally.result())
        return [measurement]
      },
    },
  ]
}

/** What has arrived, so that a quick load of the wrong rows is not a result. */
class Tally {
  readonly #ids = new Set<number>()
  #rows = 0
  #visits = 0

  take(table: string, input: Buffer): number {
    if (table !== `${rawNamespace}.${rawName}`) throw new Error(`rows for ${table}`)
    const lines = input.toString('utf8').trimEnd().split('\n')
    for (const line of lines) {
      const { id, visits } = JSON.parse(JSON.parse(line)._airbyte_data)
      this.#ids.add(id)
      this.#visits += visits
    }
    this.#rows += lines.length
    return lines.length
  }

  result() {
    return { rows: this.#rows, distinctIds: this.#ids.size, visits: this.#visits }
  }
}
