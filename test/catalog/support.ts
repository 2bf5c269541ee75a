import { createIdentifierCutter } from '../../src/catalog/identifier-cutter.ts'
import type { NamingRules } from '../../src/catalog/naming.ts'
import { standardName } from '../../src/catalog/standard-name.ts'
import { DestinationError } from '../../src/errors.ts'
import { type JsonValue, parseJson } from '../../src/protocol/json-value.ts'
import type { ConfiguredStream } from '../../src/protocol/parse-catalog.ts'

/** A plain literal as lossless JSON. */
export function json(value: unknown): JsonValue {
  return parseJson(JSON.stringify(value))
}

/** A stream of the dialect with generations that appends; every part can be replaced. */
export function configuredStream(parts: Partial<ConfiguredStream> = {}): ConfiguredStream {
  return {
    descriptor: { name: 'users', namespace: 'public' },
    jsonSchema: json({ type: 'object', properties: { id: { type: 'integer' }, name: { type: 'string' } } }),
    destinationSyncMode: 'append',
    cursorField: [],
    primaryKey: [],
    generationId: 1n,
    minimumGenerationId: 0n,
    syncId: 7n,
    ...parts,
  }
}

/** What a naming does with text before it cuts, and how it compares the result. */
export type NamingParts = {
  readonly spell?: (text: string) => string
  readonly fold?: (name: string) => string
  readonly maxIdentifierBytes?: number
  readonly maxColumns?: number
  /** The contract asks for it; the Java framework's PostgreSQL does not do it. */
  readonly keepsSuffix?: boolean
}

/** By default the Java framework's rules for PostgreSQL, but for suffixes, which it cuts. */
export function createNaming(parts: NamingParts = {}): NamingRules {
  const { spell = standardName, fold = (name) => name, maxIdentifierBytes = 63, maxColumns = 1600 } = parts
  const cut = createIdentifierCutter(maxIdentifierBytes)
  const name = (text: string) => cut(spell(text))
  return {
    finalNamespace: name,
    finalName: name,
    rawNamespace: (text) => name(text).toLowerCase(),
    rawName: (text) => name(text).toLowerCase(),
    columnName: (key, suffix = '') => {
      const room = createIdentifierCutter(maxIdentifierBytes - Buffer.byteLength(suffix))
      const column = parts.keepsSuffix === false ? name(key + suffix) : room(spell(key)) + suffix
      return { name: column, canonicalName: fold(column) }
    },
    canonicalTableName: fold,
    maxIdentifierBytes,
    maxColumns,
  }
}

/** The error that `act` throws, for assertions about its code, stream and message. */
export function errorOf(act: () => unknown): DestinationError {
  try {
    act()
  } catch (error) {
    if (DestinationError.is(error)) return error
    throw error
  }
  throw new Error('expected a DestinationError, but nothing was thrown')
}
