import { createReadStream } from 'node:fs'
import { rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { CatalogTable } from './catalog.ts'
import { duckDbTable } from './ddl.ts'
import type { Engine } from './engine.ts'
import { quoteEncoded, resolveName } from './identifiers.ts'
import { missingObject, SnowflakeError } from './snowflake-error.ts'

export type CopyStatement = {
  readonly schema: string
  readonly table: string
  readonly columns: readonly string[]
  /** Over `"STAGED_FILE"`, in Snowflake's words. */
  readonly select: string
  readonly stage: readonly [schema: string, name: string]
  readonly path: string
  readonly files: readonly string[]
  readonly delimiter: string
}

export type CopyResult = {
  readonly file: string
  readonly status: 'LOADED' | 'PARTIALLY_LOADED'
  readonly rowsParsed: number
  readonly rowsLoaded: number
}

export type CopyOutcome = {
  readonly results: readonly CopyResult[]
  /** What goes into the load history when the transaction commits. */
  readonly loaded: readonly (readonly [table: CatalogTable, path: string])[]
}

const identifier = '"(?:[^"]|"")+"'
const syntax = new RegExp(
  `^COPY INTO (${identifier})\\.(${identifier}) \\(([^)]*)\\)\\s+FROM \\(\\s*(SELECT [\\s\\S]*?)\\s+FROM @(${identifier})\\.(${identifier})/(\\S*?)/\\s*\\)\\s+FILES = \\(([^)]*)\\)\\s+FILE_FORMAT = \\((.*)\\)\\s+ON_ERROR = ABORT_STATEMENT\\s+PURGE = TRUE$`,
)

/** The one form of COPY that this project writes: fields of compressed CSV files, through a SELECT. */
export function parseCopy(text: string, ignoresCase: boolean): CopyStatement {
  const match = syntax.exec(text)
  if (match === null)
    throw new SnowflakeError('001003', '42000', `SQL compilation error:\nunsupported COPY ${text}`)
  const [
    schema = '',
    table = '',
    columns = '',
    select = '',
    stageSchema = '',
    stage = '',
    path = '',
    files = '',
    format = '',
  ] = match.slice(1)
  const resolve = (token: string) => resolveName(token, ignoresCase)
  for (const option of [
    'TYPE = CSV',
    'COMPRESSION = GZIP',
    'ESCAPE_UNENCLOSED_FIELD = NONE',
    "RECORD_DELIMITER = '\\\\n'",
  ]) {
    if (!format.includes(option))
      throw new SnowflakeError('001003', '42000', `unsupported file format: it lacks ${option}`)
  }
  const [, hexadecimal = ''] = /FIELD_DELIMITER = '\\\\x([0-9a-f]{2})'/.exec(format) ?? []
  return {
    schema: resolve(schema),
    table: resolve(table),
    columns: Array.from(columns.matchAll(new RegExp(identifier, 'g')), ([token]) => resolve(token)),
    select: `${select} FROM STAGED_FILE`,
    stage: [resolve(stageSchema), resolve(stage)],
    path,
    files: Array.from(files.matchAll(/'([^']*)'/g), ([, file = '']) => file),
    delimiter: String.fromCharCode(Number.parseInt(hexadecimal, 16)),
  }
}

/** Loads what the load history does not know yet; nothing at all where one row is bad. */
export async function copyInto(
  copy: CopyStatement,
  select: string,
  engine: Engine,
  connection: DuckDBConnection,
): Promise<CopyOutcome> {
  const table = engine.catalog.get(copy.schema, copy.table)
  if (!engine.catalog.stages.has(copy.stage.join('\u0000')))
    throw missingObject('Stage', copy.stage.join('.'))
  const results: CopyResult[] = []
  const columns = copy.columns.map(quoteEncoded).join(', ')
  for (const file of copy.files) {
    const path = stagePath(engine, copy.stage, `${copy.path}/${file}`)
    if (!(await stat(path).catch(() => undefined))) {
      throw new SnowflakeError('100016', '22000', `Remote file '${file}' was not found.`)
    }
    if (table.loadedFiles.has(path)) continue
    const { rows, plainPath } = await stageRows(path, copy.delimiter, connection)
    try {
      await refuseBadRows(connection, `${copy.path}/${file}`, engine.refusedText)
      const limit = engine.fileFate === 'whole' ? '' : ` LIMIT ${Math.floor(rows / 2)}`
      const { rowsChanged } = await connection.run(
        `INSERT INTO ${duckDbTable(table)} (${columns}) ${select}${limit}`,
      )
      results.push({
        file: `${copy.stage[1]}/${file}`,
        status: limit === '' ? 'LOADED' : 'PARTIALLY_LOADED',
        rowsParsed: rows,
        rowsLoaded: rowsChanged,
      })
    } finally {
      await rm(plainPath, { force: true })
    }
  }
  return {
    results,
    loaded: copy.files.map((file) => [table, stagePath(engine, copy.stage, `${copy.path}/${file}`)]),
  }
}

export function stagePath(engine: Engine, stage: readonly string[], path: string): string {
  return join(engine.stageDirectory, ...stage.map(encodeURIComponent), path)
}

/** Unpacks the file into a temporary table with one text per field. */
async function stageRows(path: string, delimiter: string, connection: DuckDBConnection) {
  const plainPath = `${path}.plain`
  await writeFile(plainPath, createReadStream(path).pipe(createGunzip()))
  const columns = Array.from({ length: 4 }, (_, index) => `'C${index + 1}~0': 'VARCHAR'`)
  const size = (await stat(plainPath)).size + 1024
  await connection.run(`CREATE OR REPLACE TEMPORARY TABLE "STAGED_FILE~0" AS SELECT *, row_number() OVER () AS line FROM read_csv(
    '${plainPath.replaceAll("'", "''")}', auto_detect = false, header = false, delim = '${delimiter}', quote = '', escape = '',
    new_line = '\\n', null_padding = false, max_line_size = ${size}, buffer_size = ${size * 2}, columns = {${columns.join(', ')}})`)
  const reader = await connection.runAndReadAll('SELECT count(*) FROM "STAGED_FILE~0"')
  return { rows: Number(reader.getRows()[0]?.[0]), plainPath }
}

/** Most bytes of a VARIANT. https://docs.snowflake.com/en/sql-reference/data-types-semistructured */
const variantBytes = 16 * 1024 * 1024

/** Names the file and the first row that COPY would stop at, as Snowflake does. */
async function refuseBadRows(
  connection: DuckDBConnection,
  file: string,
  refusedText: string | undefined,
): Promise<void> {
  const isRefused =
    refusedText === undefined ? 'false' : `contains("C3~0", '${refusedText.replaceAll("'", "''")}')`
  const isTooLong = `(strlen("C3~0") > ${variantBytes} OR ${isRefused})`
  const reader = await connection.runAndReadAll(
    `SELECT line, ${isTooLong} FROM "STAGED_FILE~0" WHERE ${isTooLong} OR NOT json_valid("C3~0") OR NOT json_valid("C4~0") ORDER BY line LIMIT 1`,
  )
  const [row] = reader.getRows()
  if (row === undefined) return
  const place = `\n  File '${file}', line ${row[0]}, character 1\n  Row ${row[0]}, column "STAGED_FILE"["$3":3]`
  throw row[1] === true
    ? new SnowflakeError(
        '100078',
        '22000',
        `Max LOB size (${variantBytes}) exceeded, actual size of parsed column is more.${place}`,
      )
    : new SnowflakeError('100069', '22P02', `Error parsing JSON: invalid${place}`)
}
