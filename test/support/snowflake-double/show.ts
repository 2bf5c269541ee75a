import type { Catalog } from './catalog.ts'
import { resolveName } from './identifiers.ts'
import { type Rowset, textRowset } from './rowset.ts'
import { missingObject, SnowflakeError } from './snowflake-error.ts'

/** SHOW SCHEMAS [LIKE '...']: the pattern has `%` and `_`, and is compared without case. */
export function showSchemas(text: string, { schemas }: Catalog): Rowset {
  const [, like] = /LIKE\s+'([^']*)'/i.exec(text) ?? []
  const found = [...schemas].filter(
    (name) => like === undefined || matches(name, like.replaceAll('\\\\', '\\')),
  )
  return textRowset(
    ['created_on', 'name'],
    found.map((name) => ['', name]),
  )
}

function matches(name: string, like: string): boolean {
  const source = like.replaceAll(/\\(.)|[%_]|[.*+?^${}()|[\]\\]/g, (token, escaped?: string) => {
    if (escaped !== undefined) return `\\u${escaped.charCodeAt(0).toString(16).padStart(4, '0')}`
    if (token === '%') return '.*'
    return token === '_' ? '.' : `\\${token}`
  })
  return new RegExp(`^${source}$`, 'is').test(name)
}

export function showParameters(text: string, parameters: ReadonlyMap<string, string>): Rowset {
  const [, like = ''] = /LIKE\s+'([^']*)'/i.exec(text) ?? []
  const value = parameters.get(like)
  return textRowset(['key', 'value'], value === undefined ? [] : [[like, value]])
}

export function describeTable(text: string, catalog: Catalog, ignoresCase: boolean): Rowset {
  const match = /^DESCRIBE TABLE ("(?:[^"]|"")+")\.("(?:[^"]|"")+")$/i.exec(text)
  if (match === null) throw new SnowflakeError('001003', '42000', 'SQL compilation error:\nsyntax error')
  const [schema, name] = match.slice(1).map((token) => resolveName(token, ignoresCase))
  const table = catalog.find(schema ?? '', name ?? '')
  if (table === undefined) throw missingObject('Table', `${schema}.${name}`)
  return textRowset(
    ['name', 'type', 'kind', 'null?', 'default', 'comment'],
    table.columns.map((column) => [
      column.name,
      column.type,
      'COLUMN',
      column.isNullable ? 'Y' : 'N',
      null,
      column.comment,
    ]),
  )
}
