import type {
  ConfigSchema,
  ConnectorSpecification,
  NamingRules,
  RecordBatch,
  RecordLimits,
  ResolvedType,
  Sql,
  TableName,
} from 'landfall/sdk'
import type { PostgresConfig } from './config.ts'

type Kind = ResolvedType['type']

/** Where a server spells something in another way than PostgreSQL; what is absent is as there. */
export type PostgresDialect = {
  readonly naming?: NamingRules
  /** Column types in DDL, with their names in `pg_type`. */
  readonly types?: { readonly [kind in Kind]?: { readonly definition: Sql; readonly name: string } }
  /** From a JSON value, and from its text without quotes, to the column's value; NULL where it does not fit. */
  readonly casts?: { readonly [kind in Kind]?: (value: { readonly json: Sql; readonly text: Sql }) => Sql }
}

/** One statement of a load: `text` names the values `$1`, `$2` and so on. */
export type LoadStatement = { readonly text: Sql; readonly values: readonly (string | null)[] }

export type PostgresSession = {
  /** Run once in each new session. */
  readonly session?: readonly Sql[]
  readonly recordLimits?: Partial<RecordLimits>
  /**
   * For servers that take no binary COPY. The statements of a batch run in one transaction.
   * @param loadedAt for `_airbyte_loaded_at`, in milliseconds since the epoch; `undefined` leaves it null
   */
  readonly loadStatements?: (
    table: TableName,
    batch: RecordBatch,
    loadedAt: number | undefined,
  ) => Iterable<LoadStatement>
}

/** A destination for a server that is a relative of PostgreSQL. */
export type PostgresRelative = PostgresSession & {
  readonly name: string
  readonly specification: ConnectorSpecification
  readonly configSchema: ConfigSchema<PostgresConfig>
  readonly dialect?: PostgresDialect
}
