import { DestinationError } from '../errors.ts'
import { JsonNumber, type JsonObject, type JsonValue } from '../protocol/json-value.ts'
import { describeStream, type StreamDescriptor } from '../protocol/messages.ts'
import type { AirbyteScalar, AirbyteType } from './airbyte-type.ts'

/** A type that a column can have: a union is stored as one of its options. */
export type ResolvedType = Exclude<AirbyteType, { readonly type: 'union' }>

/**
 * What a JSON schema means, by the rules of the Java framework's typing and deduping; a schema that they
 * do not cover is `unknown`. Nullability is not part of a type: every column may be null.
 */
export function parseAirbyteType(schema: JsonValue): AirbyteType {
  if (!(schema instanceof Map)) return { type: scalarOfNode(schema) }
  const type = schema.get('type')
  if (type !== undefined) return Array.isArray(type) ? parseTypeList(schema, type) : parseTyped(schema, type)
  const oneOf = schema.get('oneOf') ?? null
  if (oneOf !== null) return { type: 'unsupported_one_of', options: elementsOf(oneOf).map(parseAirbyteType) }
  // Old sources leave the type of an object out.
  if ((schema.get('properties') ?? null) !== null) return parseStruct(schema)
  return { type: 'unknown' }
}

/** The option that stands for a union; any other type stands for itself. A union of nothing is `unknown`. */
export function resolveUnion(type: AirbyteType): ResolvedType {
  if (type.type !== 'union') return type
  let chosen: AirbyteType | undefined
  for (const option of type.options) {
    if (chosen === undefined || precedence[option.type] < precedence[chosen.type]) chosen = option
  }
  return chosen === undefined ? { type: 'unknown' } : resolveUnion(chosen)
}

/**
 * The columns of a stream, in the order of the schema's properties. Throws `CATALOG_INVALID` where the
 * schema describes no object, or more than one.
 */
export function schemaColumns(schema: JsonValue, stream: StreamDescriptor): ReadonlyMap<string, AirbyteType> {
  const type = parseAirbyteType(schema)
  const options = type.type === 'union' ? type.options : [type]
  const structs = options.filter((option) => option.type === 'struct')
  const [struct] = structs
  if (struct !== undefined && structs.length === 1) return struct.properties
  throw new DestinationError(
    'CATALOG_INVALID',
    `The schema of the stream \`${describeStream(stream)}\` does not describe one object with properties, so its ` +
      'columns are not known. Refresh the schema of the source; if that does not help, the source has to change it.',
    { stream },
  )
}

/** Lower wins in a union; the first of equals is taken. */
const precedence: Readonly<Record<AirbyteType['type'], number>> = {
  array: -2,
  struct: -1,
  string: 0,
  date: 1,
  time_without_timezone: 2,
  time_with_timezone: 3,
  timestamp_without_timezone: 4,
  timestamp_with_timezone: 5,
  number: 6,
  integer: 7,
  boolean: 8,
  unknown: 9,
  unsupported_one_of: 10,
  union: 10,
}

const scalars: readonly AirbyteScalar[] = [
  'string',
  'date',
  'time_without_timezone',
  'time_with_timezone',
  'timestamp_without_timezone',
  'timestamp_with_timezone',
  'number',
  'integer',
  'boolean',
  'unknown',
]

/** A schema may be the bare name of a type (`"items": "string"`), in any case. */
function scalarOfNode(schema: JsonValue): AirbyteScalar {
  if (typeof schema !== 'string') return 'unknown'
  return scalars.find((scalar) => scalar === schema.toLowerCase()) ?? 'unknown'
}

function parseTyped(schema: JsonObject, type: JsonValue): AirbyteType {
  if (type === 'object') return parseStruct(schema)
  if (type === 'array') return { type: 'array', items: parseAirbyteType(schema.get('items') ?? null) }
  return { type: parseScalar(schema, type) }
}

/** Each option is read with the whole schema, so that they share `format`, `items` and `properties`. */
function parseTypeList(schema: JsonObject, list: readonly JsonValue[]): AirbyteType {
  const distinct = new Map(list.map((type) => [type instanceof JsonNumber ? type.text : type, type]))
  distinct.delete('null')
  const options = Array.from(distinct.values(), (type) => parseAirbyteType(new Map(schema).set('type', type)))
  const [only] = options
  return only !== undefined && options.length === 1 ? only : { type: 'union', options }
}

function parseStruct(schema: JsonObject): AirbyteType {
  const properties = schema.get('properties')
  const members = properties instanceof Map ? Array.from(properties) : []
  return {
    type: 'struct',
    properties: new Map(members.map(([key, member]) => [key, parseAirbyteType(member)])),
  }
}

function parseScalar(schema: JsonObject, type: JsonValue): AirbyteScalar {
  if (type === 'boolean' || type === 'integer') return type
  if (type === 'number') return schema.get('airbyte_type') === 'integer' ? 'integer' : 'number'
  return type === 'string' ? parseString(schema) : 'unknown'
}

function parseString(schema: JsonObject): AirbyteScalar {
  const airbyteType = schema.get('airbyte_type')
  switch (schema.get('format')) {
    case 'date':
      return 'date'
    case 'time':
      // Unlike a timestamp, a time that does not say whether it has a zone is not guessed.
      return airbyteType === 'time_without_timezone' || airbyteType === 'time_with_timezone'
        ? airbyteType
        : 'unknown'
    case 'date-time':
      if (airbyteType === undefined || airbyteType === 'timestamp_with_timezone')
        return 'timestamp_with_timezone'
      return airbyteType === 'timestamp_without_timezone' ? airbyteType : 'unknown'
    default:
      return 'string'
  }
}

function elementsOf(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? value : []
}
