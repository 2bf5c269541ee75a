import { quoteEncoded } from '../test/support/snowflake-double/identifiers.ts'
import { SnowflakeDouble } from '../test/support/snowflake-double/server.ts'
import { duckDbChecksum } from './checksum.ts'
import { createCatalog, runSync } from './connectors.ts'
import type { Dataset } from './dataset.ts'
import { assertRows, rawName, rawNamespace } from './tables.ts'
import type { Trial } from './trial.ts'

/**
 * What the connector itself costs: encoding, compressing and uploading, against a double of the server in this
 * process. How fast Snowflake would be is another question; the double only copies the files.
 */
export function snowflakeTrials({ kind, input, expected }: Dataset, directory: string): readonly Trial[] {
  const { records, bytes } = input
  return [
    {
      name: 'snowflake',
      entries: [{ name: 'snowflake raw only, double', limit: 'newline scan', records, bytes }],
      run: async () => {
        await using double = await SnowflakeDouble.start()
        const measurement = await runSync({
          connector: 'snowflake',
          config: { ...double.config, disable_type_dedupe: true },
          catalog: createCatalog(kind, 'append'),
          input,
          directory,
        })
        const data = quoteEncoded('_airbyte_data')
        const texts = kind.checked.map((column) => `(${data} ->> '$.${column}')`)
        const keys = kind.primaryKey.map((column) => `(${data} ->> '$.${column}')`).join(', ')
        const [rows, distinctKeys, checksum] = await double.engine.aggregate(
          rawNamespace,
          rawName,
          `count(*), count(DISTINCT (${keys})), ${duckDbChecksum(texts)}`,
        )
        assertRows(rawName, expected.raw, {
          rows: Number(rows),
          distinctKeys: Number(distinctKeys),
          checksum: Number(checksum),
          changes: 0,
        })
        return [measurement]
      },
    },
  ]
}
