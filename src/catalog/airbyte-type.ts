/** The scalar types of the protocol, and `unknown` for a schema that says nothing usable. */
export type AirbyteScalar =
  | 'string'
  | 'date'
  | 'time_without_timezone'
  | 'time_with_timezone'
  | 'timestamp_without_timezone'
  | 'timestamp_with_timezone'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'unknown'

/**
 * What a JSON schema means to a warehouse. `union` comes from a list of types, `unsupported_one_of` from
 * `oneOf` without a `type`; both follow the rules of the Java framework.
 */
export type AirbyteType =
  | { readonly type: AirbyteScalar }
  | { readonly type: 'struct'; readonly properties: ReadonlyMap<string, AirbyteType> }
  | { readonly type: 'array'; readonly items: AirbyteType }
  | { readonly type: 'unsupported_one_of'; readonly options: readonly AirbyteType[] }
  | { readonly type: 'union'; readonly options: readonly AirbyteType[] }

export type AirbyteTypeName = AirbyteType['type']
