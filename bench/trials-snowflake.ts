import { quoteEncoded } from '../test/support/snowflake-double/identifiers.ts'
import { SnowflakeDouble } from '../test/support/snowflake-double/server.ts'
import { runSync, usersCatalog } from './connectors.ts'
import type { Dataset } from './dataset.ts'
import { assertRows, rawName, rawNamespace } from './tables.ts'
import type { Trial } from './trial.ts'

/**
 * What the connector itself costs: encoding, compressing and uploading, against a double of the server in this
 * process. How fast Snowflake would be is another question; the double only copies the files.
 */
export function snowflakeTrials({ users, expected }: Dataset, directory: string): readonly Trial[] {
  const { records, bytes } = users
  return [
    {
      name: 'snowflake',
      entries: [{ name: 'snowflake raw only, double', limit: 'newline scan', records, bytes }],
      run: async () => {
        await using double = await SnowflakeDouble.start()
        const measurement = await runSync({
          connector: 'snowflake',
          config: { ...double.config, disable_type_dedupe: true },
          catalog: usersCatalog('append'),
          input: users,
          directory,
        })
        const data = quoteEncoded('_airbyte_data')
        const [rows, distinctIds, visits] = await double.engine.aggregate(
          rawNamespace,
          rawName,
          `count(*), count(DISTINCT ${data} ->> '$.id'), sum(CAST(${data} ->> '$.visits' AS BIGINT))`,
        )
        const actual = { rows: Number(rows), distinctIds: Number(distinctIds), visits: Number(visits) }
        assertRows(rawName, expected.append, actual)
        return [measurement]
      },
    },
  ]
}
