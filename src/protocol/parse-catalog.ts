import * as z from 'zod'
import { DestinationError } from '../errors.ts'
import {
  JsonNumber,
  type JsonObject,
  JsonSyntaxError,
  type JsonValue,
  parseJson,
  toPlain,
} from './json-value.ts'
import { type DestinationSyncMode, describeStream, type StreamDescriptor, streamKey } from './messages.ts'

/** One stream of the `--catalog` file, with defaults filled in and ids as exact integers. */
export type ConfiguredStream = {
  readonly descriptor: StreamDescriptor
  readonly jsonSchema: JsonValue
  readonly destinationSyncMode: DestinationSyncMode
  readonly cursorField: readonly string[]
  readonly primaryKey: readonly (readonly string[])[]
  /** Absent in the dialect of custom connectors. */
  readonly generationId: bigint | undefined
  readonly minimumGenerationId: bigint | undefined
  readonly syncId: bigint | undefined
}

export type ConfiguredCatalog = { readonly streams: readonly ConfiguredStream[] }

/**
 * Reads the text of the `--catalog` file. Keys that Landfall does not know are ignored, as newer platforms
 * may send them. Throws `CATALOG_INVALID`, naming the stream, where a sync could not know what to do.
 */
export function parseCatalog(text: string): ConfiguredCatalog {
  const catalog = readJson(text)
  const shape = catalogShape.safeParse(toPlain(catalog))
  const entries = catalog instanceof Map ? catalog.get('streams') : undefined
  if (!shape.success || !Array.isArray(entries)) {
    throw invalid('The catalog has no list of `streams`. Check that the file is a configured catalog.')
  }
  const streams = shape.data.streams.map((plain, index) => parseStream(plain, entries[index] ?? null, index))
  if (streams.length === 0) {
    throw invalid('The catalog has no streams. Select at least one stream in the connection.')
  }
  rejectDuplicates(streams)
  return { streams }
}

const catalogShape = z.looseObject({ streams: z.array(z.unknown()) })

const streamShape = z.looseObject({
  stream: z.looseObject({
    name: z.string().min(1),
    namespace: z.string().nullish(),
    json_schema: z.union([z.looseObject({}), z.boolean()]),
  }),
  destination_sync_mode: z.string(),
  cursor_field: z.array(z.string()).nullish(),
  primary_key: z.array(z.array(z.string())).nullish(),
})

/** Enough of a stream to name it in an error about the rest. */
const descriptorShape = z.looseObject({
  stream: z.looseObject({ name: z.string().min(1), namespace: z.string().nullish() }),
})

const syncModes: ReadonlySet<string> = new Set<DestinationSyncMode>([
  'append',
  'overwrite',
  'append_dedup',
  'overwrite_dedup',
])

/** The greatest id that the protocol's 64-bit integers can hold. */
const greatestId = 2n ** 63n - 1n

function readJson(text: string): JsonValue {
  try {
    return parseJson(text)
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    throw new DestinationError(
      'CATALOG_INVALID',
      `The catalog is not JSON: ${error.message}. Check that \`--catalog\` names the right file and that it is whole.`,
      { cause: error },
    )
  }
}

/** `plain` is checked by shape; `entry` is the same stream without loss, for the schema and the ids. */
function parseStream(plain: unknown, entry: JsonValue, index: number): ConfiguredStream {
  const shape = streamShape.safeParse(plain)
  if (!shape.success || !(entry instanceof Map)) throw shapeError(plain, index, shape.error)
  const descriptor = toDescriptor(shape.data.stream)
  return {
    descriptor,
    jsonSchema: readMember(readMember(entry, 'stream'), 'json_schema') ?? null,
    destinationSyncMode: parseSyncMode(shape.data.destination_sync_mode, descriptor),
    cursorField: shape.data.cursor_field ?? [],
    primaryKey: shape.data.primary_key ?? [],
    ...parseGenerations(entry, descriptor),
    syncId: parseId(entry, 'sync_id', descriptor),
  }
}

function parseSyncMode(mode: string, descriptor: StreamDescriptor): DestinationSyncMode {
  if (isSyncMode(mode)) return mode
  throw invalid(
    `The stream \`${describeStream(descriptor)}\` has the destination sync mode \`${mode}\`, which is not supported. ` +
      `Choose one of ${[...syncModes].map((known) => `\`${known}\``).join(', ')}.`,
    descriptor,
  )
}

function isSyncMode(mode: string): mode is DestinationSyncMode {
  return syncModes.has(mode)
}

/** The pairs (minimum, generation) that the platform means: none, (0, n) to keep, (n, n) to replace. */
function parseGenerations(
  entry: JsonObject,
  descriptor: StreamDescriptor,
): Pick<ConfiguredStream, 'generationId' | 'minimumGenerationId'> {
  const generationId = parseId(entry, 'generation_id', descriptor)
  const minimumGenerationId = parseId(entry, 'minimum_generation_id', descriptor)
  const name = describeStream(descriptor)
  if ((generationId === undefined) !== (minimumGenerationId === undefined)) {
    throw invalid(
      `The stream \`${name}\` has only one of \`generation_id\` and \`minimum_generation_id\`. Send both or none.`,
      descriptor,
    )
  }
  if (
    minimumGenerationId !== undefined &&
    minimumGenerationId !== 0n &&
    minimumGenerationId !== generationId
  ) {
    throw invalid(
      `The stream \`${name}\` asks for a hybrid refresh (\`minimum_generation_id\` ${minimumGenerationId}, ` +
        `\`generation_id\` ${generationId}), which is not supported. The minimum must be 0 or equal to the generation.`,
      descriptor,
    )
  }
  return { generationId, minimumGenerationId }
}

/** Absent and null are the same; ids are read from their digits, because they may exceed 2^53. */
function parseId(entry: JsonObject, key: string, descriptor: StreamDescriptor): bigint | undefined {
  const value = entry.get(key) ?? null
  if (value === null) return undefined
  const id = value instanceof JsonNumber && /^\d+$/.test(value.text) ? BigInt(value.text) : undefined
  if (id !== undefined && id <= greatestId) return id
  throw invalid(
    `The stream \`${describeStream(descriptor)}\` has a \`${key}\` that is not an integer from 0 to ${greatestId}. ` +
      'Check the catalog.',
    descriptor,
  )
}

function rejectDuplicates(streams: readonly ConfiguredStream[]): void {
  const seen = new Set<string>()
  for (const { descriptor } of streams) {
    const key = streamKey(descriptor)
    if (seen.has(key)) {
      throw invalid(
        `The catalog has the stream \`${describeStream(descriptor)}\` more than once. Remove one of them.`,
        descriptor,
      )
    }
    seen.add(key)
  }
}

/** Names the stream as far as its name can be read, and the member that is wrong. */
function shapeError(plain: unknown, index: number, error: z.ZodError | undefined): DestinationError {
  const named = descriptorShape.safeParse(plain)
  const descriptor = named.success ? toDescriptor(named.data.stream) : undefined
  const who = descriptor ? `The stream \`${describeStream(descriptor)}\`` : `Stream number ${index + 1}`
  const issue = error?.issues[0]
  const place = issue === undefined || issue.path.length === 0 ? 'its entry' : `\`${issue.path.join('.')}\``
  return new DestinationError(
    'CATALOG_INVALID',
    `${who} of the catalog is not valid at ${place}: ${issue?.message ?? 'expected an object'}. Check the catalog.`,
    { stream: descriptor, cause: error },
  )
}

function toDescriptor(stream: { readonly name: string; readonly namespace?: string | null | undefined }) {
  const { name, namespace } = stream
  return namespace === null || namespace === undefined ? { name } : { name, namespace }
}

function readMember(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return value instanceof Map ? value.get(key) : undefined
}

function invalid(message: string, stream?: StreamDescriptor): DestinationError {
  return new DestinationError('CATALOG_INVALID', message, { stream })
}
