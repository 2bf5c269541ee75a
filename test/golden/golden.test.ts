import { fileURLToPath } from 'node:url'
import {
  BigQuerySqlGenerator,
  DuckDbSqlGenerator,
  PostgresSqlGenerator,
  RedshiftSqlGenerator,
  SnowflakeSqlGenerator,
} from 'landfall/sql'
import { testSqlGenerator } from 'landfall/testing'

const directory = fileURLToPath(new URL('.', import.meta.url))

testSqlGenerator({ name: 'postgres', generator: new PostgresSqlGenerator(), directory })
testSqlGenerator({
  name: 'postgres-12',
  generator: new PostgresSqlGenerator({
    serverVersion: 120_000,
    cdcDeletionMode: 'soft',
    unconstrainedNumber: true,
    dropCascade: true,
  }),
  directory,
})
testSqlGenerator({ name: 'duckdb', generator: new DuckDbSqlGenerator(), directory })
testSqlGenerator({ name: 'bigquery', generator: new BigQuerySqlGenerator({ location: 'EU' }), directory })
testSqlGenerator({ name: 'snowflake', generator: new SnowflakeSqlGenerator(), directory })
testSqlGenerator({ name: 'redshift', generator: new RedshiftSqlGenerator(), directory })
