// The door for those who want the typing and deduping SQL alone: catalog in, statements out, nothing runs.
export {
  BigQuerySqlGenerator,
  type BigQuerySqlGeneratorOptions,
} from '../destinations/bigquery/sql-generator.ts'
export { DuckDbSqlGenerator } from '../destinations/duckdb/sql-generator.ts'
export {
  PostgresSqlGenerator,
  type PostgresSqlGeneratorOptions,
} from '../destinations/postgres/sql-generator.ts'
export {
  RedshiftSqlGenerator,
  type RedshiftSqlGeneratorOptions,
} from '../destinations/redshift/sql-generator.ts'
export {
  SnowflakeSqlGenerator,
  type SnowflakeSqlGeneratorOptions,
} from '../destinations/snowflake/sql-generator.ts'
export type { AirbyteType } from './catalog/airbyte-type.ts'
export { finalMetaColumns, rawColumns } from './catalog/meta-columns.ts'
export type { NamingRules } from './catalog/naming.ts'
export { parseAirbyteType } from './catalog/parse-airbyte-type.ts'
export { type CatalogPlan, type PlanCatalogOptions, planCatalog } from './catalog/plan-catalog.ts'
export type { Column, ColumnId, StreamConfig, StreamId } from './catalog/stream-config.ts'
export { type ConfiguredCatalog, parseCatalog } from './protocol/parse-catalog.ts'
export { BaseSqlGenerator } from './sql/base-sql-generator.ts'
export {
  joinSql,
  quoteIdentifier,
  quoteLiteral,
  type Sql,
  type SqlBatch,
  type SqlTransaction,
  sql,
} from './sql/sql.ts'
export type { BaseSqlGeneratorOptions } from './sql/sql-dialect.ts'
export type { CdcDeletionMode, SqlGenerator, TableName, TargetContents } from './sql/sql-generator.ts'
export {
  type FinishStep,
  type PrepareStep,
  planFinish,
  planStream,
  type StreamFacts,
  type StreamPlan,
} from './typing/plan-stream.ts'
