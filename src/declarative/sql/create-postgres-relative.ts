import type { LoadStatement, PostgresConfig, PostgresDialect } from 'landfall/destinations/postgres'
import type { ConfigSchema, Destination } from '../../destination/destination.ts'
import type { RecordLimits } from '../../destination/record-limits.ts'
import { authoredSql } from '../../sql/sql.ts'
import { createConfigSchema } from '../config-schema.ts'
import { interpolate } from '../interpolate.ts'
import type { ColumnKind, Manifest, PostgresWriter } from '../manifest.ts'
import { connectionSpecificationOf, createSpecification } from '../specification.ts'
import { columnTypeSql, reportedName } from './column-type-text.ts'
import { insertStatements } from './insert-statements.ts'
import { isSoftDeletion, readPort, readSqlSettings, readTls, readTunnel } from './sql-settings.ts'

type Postgres = typeof import('landfall/destinations/postgres')

/** A relative of PostgreSQL, from a manifest: the destination `postgres` with other answers. */
export async function createPostgresRelative(
  manifest: Manifest,
  writer: PostgresWriter,
): Promise<Destination<PostgresConfig>> {
  // Only now: nobody else needs it, and an image may be without it.
  const postgres = await import('landfall/destinations/postgres')
  const { session = [], load, limits = {} } = writer
  return new postgres.PostgresDestination({
    name: manifest.name,
    specification: createSpecification(manifest, ['append', 'append_dedup', 'overwrite', 'overwrite_dedup']),
    configSchema: createPostgresConfigSchema(postgres, manifest, writer),
    dialect: createDialect(postgres, writer),
    session: session.map(authoredSql),
    recordLimits: recordLimits(limits),
    ...(load && {
      loadStatements: (table, batch, loadedAt): Iterable<LoadStatement> =>
        insertStatements(load, { table, batch, loadedAt }),
    }),
  })
}

function createPostgresConfigSchema(
  { postgresConfigSchema }: Postgres,
  manifest: Manifest,
  writer: PostgresWriter,
): ConfigSchema<PostgresConfig> {
  const own = createConfigSchema(connectionSpecificationOf(manifest))
  return {
    parse: (value) => {
      const config = own.parse(value)
      const fill = (text: string | undefined) => interpolate(text ?? '', { config })
      const { host, user, password, database } = writer.connection
      const { defaultNamespace, rawNamespace, disableTypeDedupe } = readSqlSettings(writer, config)
      const parsed = postgresConfigSchema.parse({
        host: fill(host),
        port: readPort(writer, config),
        database: fill(database),
        username: fill(user),
        password: fill(password),
        schema: defaultNamespace,
        raw_data_schema: rawNamespace,
        disable_type_dedupe: disableTypeDedupe,
        cdc_deletion_mode: isSoftDeletion(writer, config) ? 'Soft delete' : 'Hard delete',
      })
      // Apart from the other fields, which PostgreSQL's own specification has in other places.
      return { ...parsed, tls: readTls(writer, config), tunnel: readTunnel(writer, config) }
    },
  }
}

function createDialect({ createPostgresNaming }: Postgres, { dialect }: PostgresWriter): PostgresDialect {
  const { naming = {}, types = {}, casts = {} } = dialect
  return {
    naming: createPostgresNaming({
      maximumLength: naming.maximum_length,
      maximumColumns: naming.maximum_columns,
      hasCaseSensitiveColumns: naming.case_sensitive_columns,
    }),
    types: mapKinds(types, (text) => ({ definition: columnTypeSql(text), name: reportedName(text) })),
    casts: mapKinds(casts, (template) => (value) => authoredSql(interpolate(template, value))),
  }
}

function mapKinds<Text, Result>(
  texts: { readonly [kind in ColumnKind]?: Text },
  change: (text: Text) => Result,
): { readonly [kind in ColumnKind]?: Result } {
  const results: { [kind in ColumnKind]?: Result } = {}
  for (const kind of Object.keys(texts) as ColumnKind[]) {
    const text = texts[kind]
    if (text !== undefined) results[kind] = change(text)
  }
  return results
}

function recordLimits(limits: NonNullable<PostgresWriter['limits']>): Partial<RecordLimits> {
  const { maximum_string_bytes: maximumStringBytes, maximum_depth: safeDepth } = limits
  return {
    ...(maximumStringBytes === undefined ? {} : { maximumStringBytes }),
    ...(safeDepth === undefined ? {} : { safeDepth }),
  }
}
