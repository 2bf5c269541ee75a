import { type ast as AstModule, generate, parse } from '@polyglot-sql/sdk'
import { encodeName } from './identifiers.ts'
import { SnowflakeError } from './snowflake-error.ts'

/** A node of the parser's tree. */
export type Node = { [key: string]: Json }
export type Json = string | number | boolean | null | Json[] | Node

export type RewriteOptions = {
  /** The session's QUOTED_IDENTIFIERS_IGNORE_CASE. */
  readonly ignoresCase: boolean
  /** Session variables by their names in upper case. */
  readonly variables: ReadonlyMap<string, string>
}

/** One statement as a tree. Throws Snowflake's syntax error. */
export function parseStatement(text: string): Node {
  const result = parse(text, 'snowflake' as Parameters<typeof parse>[1])
  const tree = result.ast as Json | undefined
  if (!result.success || !Array.isArray(tree) || tree.length !== 1 || !isNode(tree[0])) {
    throw new SnowflakeError('001003', '42000', `SQL compilation error:\nsyntax error ${result.error ?? ''}`)
  }
  return tree[0]
}

/** A query or a statement of DML in DuckDB's words. What is not known raises; nothing passes through. */
export function toDuckDb(tree: Node, options: RewriteOptions): string {
  const rewritten = rewrite(tree, options)
  const result = generate(
    [rewritten] as unknown as AstModule.Expression[],
    'duckdb' as Parameters<typeof generate>[1],
  )
  const [text] = result.sql ?? []
  if (!result.success || text === undefined) throw new Error(`cannot generate: ${result.error}`)
  return text
}

function rewrite(value: Json, options: RewriteOptions): Json {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, options))
  if (!isNode(value)) return value
  const special = rewriteSpecial(value, options)
  if (special !== undefined) return special
  if (typeof value.name === 'string' && 'quoted' in value) {
    const name = value.quoted === true && !options.ignoresCase ? value.name : value.name.toUpperCase()
    return { ...value, name: encodeName(name), quoted: true }
  }
  const entries = Object.entries(value).map(([key, member]) => [key, rewrite(member, options)] as const)
  return Object.fromEntries(entries)
}

function rewriteSpecial(value: Node, options: RewriteOptions): Json | undefined {
  if (isNode(value.function)) return rewriteFunction(value.function, options)
  if (isNode(value.try_cast)) return tryCast(value.try_cast, options)
  if (isNode(value.cast)) return cast(value.cast, options)
  if (isNode(value.parameter)) return parameter(value.parameter, options)
  return undefined
}

type Translation = (args: Json[]) => Json

/** Functions with a name of their own in DuckDB or among the macros; everything else raises. */
const functions: Readonly<Record<string, Translation>> = {
  AS_ARRAY: call('sf_as_array'),
  AS_OBJECT: call('sf_as_object'),
  ARRAY_CAT: call('sf_array_cat'),
  ARRAY_CONSTRUCT: (args) => empty(args, '[]'),
  ARRAY_CONSTRUCT_COMPACT: (args) => func('sf_compact', [func('list_value', args)]),
  CURRENT_TIMESTAMP: () => ({ current_timestamp: { precision: null, sysdate: false } }),
  DATE_PART: ([part = null, time = null]) => {
    if (JSON.stringify(part).includes('EPOCH_MICROSECOND')) return func('epoch_us', [time])
    throw unknownFunction('DATE_PART')
  },
  GET: call('sf_get'),
  IS_NULL_VALUE: call('sf_is_null_value'),
  MOD: call('mod'),
  OBJECT_CONSTRUCT: (args) => (args.length === 0 ? empty(args, '{}') : func('json_object', args)),
  OBJECT_INSERT: ([object = null, key = null, member = null, overwrite]) => {
    if (overwrite === undefined) throw unknownFunction('OBJECT_INSERT')
    return func('sf_object_insert', [object, key, member])
  },
  PARSE_JSON: ([text = null]) => func('sf_parse_json', [text]),
  REGEXP_LIKE: call('regexp_full_match'),
  REGEXP_REPLACE: (args) => func('regexp_replace', [...args, string('g')]),
  TO_JSON: call('sf_json_text'),
  TO_TIMESTAMP_TZ: call('sf_to_timestamp_tz'),
  TO_VARCHAR: ([time = null, format = null]) => {
    if (/HH24:MI:SS\.FF6(TZH:TZM)?"/.test(JSON.stringify(format))) return func('sf_text', [time])
    throw unknownFunction('TO_VARCHAR')
  },
}

function rewriteFunction(node: Node, options: RewriteOptions): Json {
  const name = String(node.name).toUpperCase()
  const translate = functions[name]
  if (translate === undefined) throw unknownFunction(name)
  const args = Array.isArray(node.args) ? node.args.map((argument) => rewrite(argument, options)) : []
  return translate(args)
}

function unknownFunction(name: string): SnowflakeError {
  return new SnowflakeError('002140', '42601', `SQL compilation error:\nUnknown function ${name}`)
}

function call(name: string): Translation {
  return (args) => func(name, args)
}

function func(name: string, args: Json[]): Node {
  return { function: { ...functionDefaults, name, args } }
}

const functionDefaults = {
  distinct: false,
  trailing_comments: [],
  use_bracket_syntax: false,
  no_parens: false,
  quoted: false,
}

function string(value: string): Node {
  return { literal: { literal_type: 'string', value } }
}

function empty(args: Json[], json: string): Json {
  if (args.length > 0) throw new SnowflakeError('002140', '42601', 'arguments are not supported here')
  return func('sf_parse_json', [string(json)])
}

/** `NUMBER(38, 0)` is a type by its text, most others by their kind. */
function typeText(to: Json | undefined): string {
  if (!isNode(to)) throw new Error('a cast without a type')
  if (to.data_type === 'custom') return String(to.name).toUpperCase().replaceAll(' ', '')
  if (to.data_type === 'timestamp') return to.timezone === true ? 'TIMESTAMP_TZ' : 'TIMESTAMP_NTZ'
  return String(to.data_type).toUpperCase()
}

const tryCasts: Readonly<Record<string, string>> = {
  'NUMBER(38,0)': 'sf_try_number_38_0',
  'NUMBER(38,18)': 'sf_try_number_38_18',
  FLOAT: 'sf_try_float',
  BOOLEAN: 'sf_try_boolean',
  TIMESTAMP_TZ: 'sf_try_timestamp_tz',
  TIMESTAMP_NTZ: 'sf_try_timestamp_ntz',
  TIMESTAMPNTZ: 'sf_try_timestamp_ntz',
  DATE: 'sf_try_date',
  TIME: 'sf_try_time',
}

function tryCast(node: Node, options: RewriteOptions): Json {
  const macro = tryCasts[typeText(node.to)]
  if (macro === undefined) throw new SnowflakeError('001065', '22023', `TRY_CAST to ${typeText(node.to)}`)
  return func(macro, [rewrite(node.this ?? null, options)])
}

function cast(node: Node, options: RewriteOptions): Json {
  const value = rewrite(node.this ?? null, options)
  const type = typeText(node.to)
  if (['TEXT', 'VARCHAR', 'VAR_CHAR'].includes(type)) return func('sf_text', [value])
  if (type === 'VARIANT') return func('sf_variant', [value])
  const plain = plainCasts[type]
  if (plain === undefined) throw new SnowflakeError('001065', '22023', `cast to ${type}`)
  return { cast: { ...node, this: value, to: plain } }
}

const plainCasts: Readonly<Record<string, Node>> = {
  DATE: { data_type: 'date' },
  TIMESTAMP_TZ: { data_type: 'timestamp', timezone: true, precision: null },
  'NUMBER(38,0)': { data_type: 'custom', name: 'DECIMAL(38, 0)' },
}

/** `$1` is a field of a staged file, `$NAME` a variable of the session. */
function parameter(node: Node, { variables }: RewriteOptions): Json {
  if (typeof node.index === 'number') return column(`C${node.index}`)
  const name = String(node.name).toUpperCase()
  const value = variables.get(name)
  if (value === undefined) {
    throw new SnowflakeError(
      '002211',
      '02000',
      `SQL compilation error: Session variable '$${name}' does not exist`,
    )
  }
  return string(value)
}

function column(name: string): Node {
  const identifier = { name: encodeName(name), quoted: true, trailing_comments: [] }
  return { column: { name: identifier, table: null, join_mark: false, trailing_comments: [] } }
}

export function isNode(value: Json | undefined): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
