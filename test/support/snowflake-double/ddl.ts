import type { Catalog, CatalogColumn, CatalogTable } from './catalog.ts'
import { columnType, storedType } from './column-types.ts'
import { quoteEncoded, resolveName } from './identifiers.ts'
import { type Rowset, statusRowset } from './rowset.ts'
import { missingObject, SnowflakeError } from './snowflake-error.ts'

/** What a statement of DDL works on. Each one commits the open transaction before it gets here. */
export type DdlContext = {
  readonly catalog: Catalog
  readonly ignoresCase: boolean
  readonly run: (duckDbStatement: string) => Promise<void>
  /** Makes a table from a query in Snowflake's words; answers with its columns. */
  readonly createAs: (duckDbTable: string, select: string) => Promise<readonly CatalogColumn[]>
}

const identifier = '(?:"(?:[^"]|"")+"|[A-Za-z_][\\w$]*)'
const qualified = `(${identifier})\\.(${identifier})`

type Handler = (match: readonly string[], context: DdlContext) => Promise<Rowset>

/** By the statements that this project writes; what matches none of them is not supported. */
const handlers: readonly (readonly [RegExp, Handler])[] = [
  [pattern(`CREATE SCHEMA IF NOT EXISTS (${identifier})`), createSchema],
  [pattern(`DROP SCHEMA IF EXISTS (${identifier}) CASCADE`), dropSchema],
  [
    pattern(
      `CREATE TABLE (IF NOT EXISTS )?${qualified} \\(([\\s\\S]*)\\)(?: DATA_RETENTION_TIME_IN_DAYS = (\\d+))?`,
    ),
    createTable,
  ],
  [pattern(`CREATE TABLE ${qualified} LIKE ${qualified} COPY GRANTS`), createTableLike],
  [pattern(`CREATE TABLE ${qualified} AS\\s(SELECT[\\s\\S]*)`), createTableAs],
  [pattern(`DROP TABLE (IF EXISTS )?${qualified}`), dropTable],
  [pattern(`ALTER TABLE ${qualified} RENAME TO ${qualified}`), renameTable],
  [pattern(`ALTER TABLE ${qualified} SWAP WITH ${qualified}`), swapTables],
  [pattern(`ALTER TABLE ${qualified} ADD COLUMN ([\\s\\S]+)`), addColumn],
  [pattern(`ALTER TABLE ${qualified} DROP COLUMN (${identifier})`), dropColumn],
  [pattern(`COMMENT ON COLUMN ${qualified}\\.(${identifier}) IS '((?:[^'\\\\]|''|\\\\.)*)'`), commentColumn],
  [pattern(`CREATE STAGE IF NOT EXISTS ${qualified} ENCRYPTION = \\(TYPE = 'SNOWFLAKE_SSE'\\)`), createStage],
  [pattern(`DROP STAGE IF EXISTS ${qualified}`), dropStage],
]

function pattern(source: string): RegExp {
  return new RegExp(`^${source.replaceAll(' ', '\\s+').replaceAll('\\s+?', ' ?')}$`, 'i')
}

export function isDdl(text: string): boolean {
  return /^(CREATE|DROP|ALTER\s+TABLE|COMMENT)\b/i.test(text)
}

export async function runDdl(text: string, context: DdlContext): Promise<Rowset> {
  for (const [regularExpression, handler] of handlers) {
    const match = regularExpression.exec(text)
    if (match) return handler(match.slice(1), context)
  }
  throw new SnowflakeError(
    '001003',
    '42000',
    `SQL compilation error:\nunsupported statement ${text.slice(0, 100)}`,
  )
}

async function createSchema([name = '']: readonly string[], context: DdlContext): Promise<Rowset> {
  const schema = resolveName(name, context.ignoresCase)
  await context.run(`CREATE SCHEMA IF NOT EXISTS ${quoteEncoded(schema)}`)
  context.catalog.schemas.add(schema)
  return statusRowset(`Schema ${schema} successfully created.`)
}

async function dropSchema([name = '']: readonly string[], context: DdlContext): Promise<Rowset> {
  const schema = resolveName(name, context.ignoresCase)
  await context.run(`DROP SCHEMA IF EXISTS ${quoteEncoded(schema)} CASCADE`)
  context.catalog.dropSchema(schema)
  return statusRowset(`${schema} successfully dropped.`)
}

async function createTable(match: readonly string[], context: DdlContext): Promise<Rowset> {
  const [ifNotExists, schemaToken = '', nameToken = '', definitions = '', retention] = match
  const [schema, name] = resolve(schemaToken, nameToken, context)
  if (ifNotExists && context.catalog.find(schema, name))
    return statusRowset(`${name} already exists, statement succeeded.`)
  const columns = splitList(definitions).map((definition) => readColumn(definition, context))
  await addTable(
    { schema, name, columns, retentionDays: Number(retention ?? 1), grants: [], loadedFiles: new Set() },
    context,
  )
  return statusRowset(`Table ${name} successfully created.`)
}

async function createTableLike(
  [schema = '', name = '', fromSchema = '', fromName = '']: readonly string[],
  context: DdlContext,
) {
  const source = context.catalog.get(...resolve(fromSchema, fromName, context))
  const [newSchema, newName] = resolve(schema, name, context)
  const { columns, retentionDays, grants } = source
  await addTable(
    {
      schema: newSchema,
      name: newName,
      columns: [...columns],
      retentionDays,
      grants: [...grants],
      loadedFiles: new Set(),
    },
    context,
  )
  return statusRowset(`Table ${newName} successfully created.`)
}

async function createTableAs(
  [schemaToken = '', nameToken = '', select = '']: readonly string[],
  context: DdlContext,
) {
  const [schema, name] = resolve(schemaToken, nameToken, context)
  const table: CatalogTable = {
    schema,
    name,
    columns: [],
    retentionDays: 1,
    grants: [],
    loadedFiles: new Set(),
  }
  context.catalog.add(table)
  table.columns = [...(await context.createAs(duckDbTable(table), select))]
  return statusRowset(`Table ${name} successfully created.`)
}

async function addTable(table: CatalogTable, { catalog, run }: DdlContext): Promise<void> {
  catalog.add(table)
  const columns = table.columns.map(
    ({ name, type, isNullable }) =>
      `${quoteEncoded(name)} ${storedType(type)}${isNullable ? '' : ' NOT NULL'}`,
  )
  await run(`CREATE TABLE ${duckDbTable(table)} (${columns.join(', ')})`)
}

/** At commas that are not within parentheses or a name. */
function splitList(text: string): readonly string[] {
  return Array.from(text.matchAll(/(?:"(?:[^"]|"")*"|\([^)]*\)|'[^']*'|[^,])+/g), ([part]) => part.trim())
}

function readColumn(definition: string, { ignoresCase }: DdlContext): CatalogColumn {
  const match = new RegExp(
    `^(${identifier})\\s+(\\w+(?:\\s*\\([^)]*\\))?)(?:\\s+COLLATE\\s+'\\w+')?(\\s+NOT\\s+NULL)?(?:\\s+PRIMARY\\s+KEY)?(?:\\s+DEFAULT\\s+[\\w()]+)?$`,
    'i',
  ).exec(definition)
  if (match === null)
    throw new SnowflakeError('001003', '42000', `SQL compilation error:\ncolumn ${definition}`)
  const [, token = '', type = '', notNull] = match
  return {
    name: resolveName(token, ignoresCase),
    type: columnType(type).reported,
    isNullable: notNull === undefined,
    comment: null,
  }
}

async function dropTable(
  [ifExists, schemaToken = '', nameToken = '']: readonly string[],
  context: DdlContext,
) {
  const [schema, name] = resolve(schemaToken, nameToken, context)
  const table = context.catalog.find(schema, name)
  if (table === undefined) {
    if (ifExists) return statusRowset('Drop statement executed successfully.')
    throw missingObject('Table', `${schema}.${name}`)
  }
  await context.run(`DROP TABLE ${duckDbTable(table)}`)
  context.catalog.drop(table)
  return statusRowset(`${name} successfully dropped.`)
}

async function renameTable(
  [schema = '', name = '', toSchema = '', toName = '']: readonly string[],
  context: DdlContext,
) {
  const table = context.catalog.get(...resolve(schema, name, context))
  const [newSchema, newName] = resolve(toSchema, toName, context)
  if (newSchema !== table.schema) throw new SnowflakeError('002003', '42000', 'a rename into another schema')
  context.catalog.add({ ...table, name: newName })
  await context.run(`ALTER TABLE ${duckDbTable(table)} RENAME TO ${quoteEncoded(newName)}`)
  context.catalog.drop(table)
  return statusRowset('Statement executed successfully.')
}

async function swapTables(
  [schema = '', name = '', otherSchema = '', otherName = '']: readonly string[],
  context: DdlContext,
) {
  const table = context.catalog.get(...resolve(schema, name, context))
  const other = context.catalog.get(...resolve(otherSchema, otherName, context))
  if (table.schema !== other.schema) throw new SnowflakeError('002003', '42000', 'a swap across schemas')
  const aside = quoteEncoded('landfall swap')
  await context.run(`ALTER TABLE ${duckDbTable(table)} RENAME TO ${aside}`)
  await context.run(`ALTER TABLE ${duckDbTable(other)} RENAME TO ${quoteEncoded(table.name)}`)
  await context.run(
    `ALTER TABLE ${quoteEncoded(table.schema)}.${aside} RENAME TO ${quoteEncoded(other.name)}`,
  )
  context.catalog.drop(table)
  context.catalog.drop(other)
  context.catalog.add({ ...table, name: other.name })
  context.catalog.add({ ...other, name: table.name })
  return statusRowset('Statement executed successfully.')
}

async function addColumn([schema = '', name = '', definition = '']: readonly string[], context: DdlContext) {
  const table = context.catalog.get(...resolve(schema, name, context))
  const column = readColumn(definition, context)
  if (table.columns.some((existing) => existing.name === column.name)) {
    throw new SnowflakeError(
      '001430',
      '42601',
      `SQL compilation error:\ncolumn '${column.name}' already exists`,
    )
  }
  const quoted = quoteEncoded(column.name)
  await context.run(`ALTER TABLE ${duckDbTable(table)} ADD COLUMN ${quoted} ${storedType(column.type)}`)
  if (!column.isNullable)
    await context.run(`ALTER TABLE ${duckDbTable(table)} ALTER COLUMN ${quoted} SET NOT NULL`)
  table.columns = [...table.columns, column]
  return statusRowset('Statement executed successfully.')
}

async function dropColumn([schema = '', name = '', column = '']: readonly string[], context: DdlContext) {
  const table = context.catalog.get(...resolve(schema, name, context))
  const columnName = resolveName(column, context.ignoresCase)
  if (!table.columns.some((existing) => existing.name === columnName))
    throw missingObject('Column', columnName)
  await context.run(`ALTER TABLE ${duckDbTable(table)} DROP COLUMN ${quoteEncoded(columnName)}`)
  table.columns = table.columns.filter((existing) => existing.name !== columnName)
  return statusRowset('Statement executed successfully.')
}

async function commentColumn(
  [schema = '', name = '', column = '', text = '']: readonly string[],
  context: DdlContext,
) {
  const table = context.catalog.get(...resolve(schema, name, context))
  const columnName = resolveName(column, context.ignoresCase)
  const comment = text.replaceAll("''", "'").replaceAll(/\\(.)/g, '$1')
  table.columns = table.columns.map((existing) =>
    existing.name === columnName ? { ...existing, comment } : existing,
  )
  return statusRowset('Statement executed successfully.')
}

async function createStage([schema = '', name = '']: readonly string[], context: DdlContext) {
  context.catalog.stages.add(resolve(schema, name, context).join('\u0000'))
  return statusRowset('Stage area successfully created.')
}

async function dropStage([schema = '', name = '']: readonly string[], context: DdlContext) {
  context.catalog.stages.delete(resolve(schema, name, context).join('\u0000'))
  return statusRowset('Drop statement executed successfully.')
}

function resolve(schema: string, name: string, { ignoresCase }: DdlContext): [schema: string, name: string] {
  return [resolveName(schema, ignoresCase), resolveName(name, ignoresCase)]
}

export function duckDbTable({ schema, name }: Pick<CatalogTable, 'schema' | 'name'>): string {
  return `${quoteEncoded(schema)}.${quoteEncoded(name)}`
}
