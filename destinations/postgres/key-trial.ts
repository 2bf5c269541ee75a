import {
  DestinationError,
  describeStream,
  joinSql,
  quoteIdentifier,
  type RecordBatch,
  resolveUnion,
  type Sql,
  type StreamConfig,
  sql,
} from 'landfall/sdk'
import type { PostgresConnection } from './connection.ts'
import { classifyPostgresError } from './errors.ts'
import { type LongKey, longestPlainKey, longKeys } from './long-keys.ts'
import { rollBack } from './statements.ts'
import { createTryCast, firstVersionWithInputCheck } from './try-cast.ts'
import { typedValue } from './typed-value.ts'
import { columnDefinition } from './types.ts'

export type KeyTrialOptions = {
  /** `server_version_num`. */
  readonly serverVersion: number
  readonly unconstrainedNumber: boolean
}

/** SQLSTATE of `program_limit_exceeded`: among others, of an index entry that is too long for its page. */
const limitExceeded = '54000'

/**
 * Refuses records whose key the index of the final table could not take, before they are in the raw table: from there,
 * each typing of the stream would fail. Only the server knows how short it can make a key by compressing it, so long
 * ones are tried, in a temporary table with the same index that is rolled back.
 */
export class KeyTrial {
  readonly #options: KeyTrialOptions

  constructor(options: KeyTrialOptions) {
    this.#options = options
  }

  /**
   * Called before each load of a batch.
   * @throws {DestinationError} `DATA_REFUSED` with the index of the first record whose key is too long
   */
  async assertKeys(connection: PostgresConnection, batch: RecordBatch): Promise<void> {
    const { stream } = batch
    if (stream.postImportAction !== 'dedupe') return
    for (const keys of longKeys(batch)) {
      const refused = await this.#findRefused(connection, stream, keys)
      if (refused !== undefined) throw keyTooLong(stream, refused)
    }
  }

  async #findRefused(
    connection: PostgresConnection,
    stream: StreamConfig,
    keys: readonly LongKey[],
  ): Promise<LongKey | undefined> {
    const failure = await this.#try(connection, stream, keys)
    if (failure === undefined) return undefined
    const [first] = keys
    // Of what else the server refuses in a value, the load itself will say more.
    if (keys.length === 1) return failure === limitExceeded ? first : undefined
    const middle = Math.ceil(keys.length / 2)
    return (
      (await this.#findRefused(connection, stream, keys.slice(0, middle))) ??
      (await this.#findRefused(connection, stream, keys.slice(middle)))
    )
  }

  /** The SQLSTATE that the server refused the keys with; `undefined` where it takes all of them. */
  async #try(
    { client, begin }: PostgresConnection,
    stream: StreamConfig,
    keys: readonly LongKey[],
  ): Promise<string | undefined> {
    const prepare = joinSql([...begin, ...createTable(stream, this.#options)], ';\n')
    try {
      await client.query(prepare)
      await client.query(insertKeys(stream, this.#options), [keys.map(({ document }) => document)])
    } catch (error) {
      const { descriptor } = stream
      const classified = classifyPostgresError(error, `Trying long keys of \`${describeStream(descriptor)}\``)
      if (classified.code === 'DATA_REFUSED') return stateOf(error)
      throw classified
    } finally {
      await rollBack(client)
    }
    return undefined
  }
}

const table = sql`pg_temp.landfall_key_trial`

function keyColumn(index: number): Sql {
  return quoteIdentifier(`key_${index}`)
}

function typedKey(stream: StreamConfig, { serverVersion, unconstrainedNumber }: KeyTrialOptions) {
  const hasInputCheck = serverVersion >= firstVersionWithInputCheck
  const columns = new Map(stream.columns.map((column) => [column.id.name, column]))
  return stream.primaryKey.map((id, index) => {
    const column = columns.get(id.name)
    if (column === undefined) throw new RangeError(`the key column ${id.name} is not among the columns`)
    const columnType = columnDefinition(resolveUnion(column.type).type, unconstrainedNumber)
    return { columnType, ...typedValue(column, index, { columnType, hasInputCheck, casts: {} }) }
  })
}

function createTable(stream: StreamConfig, options: KeyTrialOptions): readonly Sql[] {
  const key = typedKey(stream, options)
  const isOld = options.serverVersion < firstVersionWithInputCheck
  const checked = isOld ? key.flatMap(({ checkedType }) => checkedType ?? []) : []
  const columns = key.map(({ columnType }, index) => sql`${keyColumn(index)} ${columnType}`)
  const names = key.map((_, index) => keyColumn(index))
  return [
    ...[...new Set(checked)].map(createTryCast),
    sql`CREATE TEMPORARY TABLE landfall_key_trial (${joinSql(columns, ', ')}) ON COMMIT DROP`,
    sql`CREATE INDEX ON ${table} (${joinSql(names, ', ')})`,
  ]
}

function insertKeys(stream: StreamConfig, options: KeyTrialOptions): Sql {
  const key = typedKey(stream, options)
  const typed = key.map((value) => value.typed)
  const extracted = key.map((value, index) => sql`${value.extracted} AS value_${index}`)
  return sql`INSERT INTO ${table}
SELECT ${joinSql(typed, ', ')}
FROM (
  SELECT ${joinSql(extracted, ', ')}
  FROM (SELECT text::jsonb AS data FROM unnest($1::text[]) AS sent(text)) AS document
  OFFSET 0
) AS extracted`
}

function stateOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function keyTooLong({ descriptor, primaryKey }: StreamConfig, { index, bytes }: LongKey): DestinationError {
  const names = primaryKey.map(({ originalName }) => `\`${originalName}\``).join(', ')
  return new DestinationError(
    'DATA_REFUSED',
    `The primary key (${names}) of a record of \`${describeStream(descriptor)}\` has ${bytes} bytes, too many for an index of ` +
      `PostgreSQL, which takes about ${longestPlainKey} bytes after it has compressed them. Choose a shorter primary key for ` +
      'this stream, or shorten the value in the source.',
    { stream: descriptor, recordIndex: index },
  )
}
