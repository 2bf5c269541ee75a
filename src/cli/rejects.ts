import type { Writable } from 'node:stream'
import type { StreamConfig } from '../catalog/stream-config.ts'
import type { Destination } from '../destination/destination.ts'
import type { Warehouse } from '../destination/warehouse.ts'
import { DestinationError, toDestinationError } from '../errors.ts'
import { createLogger, type Logger } from '../logger.ts'
import { describeStream } from '../protocol/messages.ts'
import { parseCatalog } from '../protocol/parse-catalog.ts'
import { readRejects, replayRejects } from '../typing/replay-rejects.ts'
import { RetryingWarehouse } from '../typing/retrying-warehouse.ts'
import { SqlDestination } from '../typing/sql-destination.ts'
import { assertJson, parseConfig, readConfigFile, readTextFile } from './load-config.ts'
import { collectSecrets, createRedactor } from './secrets.ts'

export type RejectsOptions = {
  /** Paths. */
  readonly config?: string | undefined
  readonly catalog?: string | undefined
  /** A name, or namespace and name; absent: all streams of the catalog. */
  readonly stream?: string | undefined
}

export type RejectsEnvironment = {
  readonly options: RejectsOptions
  readonly stdout: Writable
  readonly stderr: Writable
  /** Aborted when the process is asked to stop. */
  readonly signal: AbortSignal
}

export type RejectsAction = 'list' | 'replay'

/** `landfall rejects`: a tool for people, who read text. Returns the exit code; 1 also where records were refused again. */
export async function runRejectsCommand(
  destination: Destination,
  action: RejectsAction,
  environment: RejectsEnvironment,
): Promise<0 | 1> {
  let redact = (text: string) => text
  const print = (text: string) => void environment.stdout.write(`${redact(text)}\n`)
  const logger = createLogger({
    emit: (level, message) => void environment.stderr.write(`${level} ${redact(message)}\n`),
    threshold: 'WARN',
  })
  try {
    if (!(destination instanceof SqlDestination)) {
      throw new DestinationError(
        'USAGE',
        `The destination \`${destination.name}\` has no tables, so it rejects no records.`,
      )
    }
    const { configPath, catalogPath, streamName } = demandPaths(environment.options)
    const value = await readConfigFile(configPath)
    redact = createRedactor(collectSecrets(destination.spec().connectionSpecification, value))
    const config = parseConfig(destination.configSchema, value)
    const catalog = await readTextFile(catalogPath, 'CATALOG_INVALID', 'catalog')
    assertJson(catalog, catalogPath, 'CATALOG_INVALID', 'catalog')
    const streams = chooseStreams(destination.plan(config, parseCatalog(catalog)).streams, streamName)
    const context = { logger, signal: environment.signal }
    await using connected: Warehouse = await destination.connect(config, context)
    const warehouse = new RetryingWarehouse(connected, context)
    const generator = destination.sqlGenerator(config, connected)
    const options = { warehouse, generator, logger, print }
    return action === 'list' ? await list(streams, options) : await replay(streams, options)
  } catch (thrown) {
    environment.stderr.write(`${redact(toDestinationError(thrown).message)}\n`)
    return 1
  }
}

type ActionOptions = {
  readonly warehouse: RetryingWarehouse
  readonly generator: ReturnType<SqlDestination['sqlGenerator']>
  readonly logger: Logger
  readonly print: (text: string) => void
}

async function list(streams: readonly StreamConfig[], options: ActionOptions): Promise<0 | 1> {
  const { print, generator } = options
  for (const stream of streams) {
    const { namespace, name } = generator.rejectsTable(stream).name
    let count = 0
    for await (const page of readRejects({ stream, ...options })) {
      if (count === 0) print(`${describeStream(stream.descriptor)}, in ${namespace}.${name}:`)
      count += page.length
      for (const { rawId, rejectedAt, dataBytes, reason } of page) {
        print(`  ${rawId}  ${rejectedAt}  ${dataBytes} bytes  ${reason}`)
      }
    }
    print(`${describeStream(stream.descriptor)}: ${count} rejected records.`)
  }
  return 0
}

async function replay(streams: readonly StreamConfig[], options: ActionOptions): Promise<0 | 1> {
  const { print, warehouse, generator } = options
  await warehouse.lockTables(streams.map((stream) => generator.rawTable(stream)))
  let left = 0
  for (const stream of streams) {
    if ((await countRejects(stream, options)) === 0) continue
    const { loaded, refused, incomplete } = await replayRejects({ stream, ...options })
    left += refused + incomplete
    print(
      `${describeStream(stream.descriptor)}: ${loaded} records loaded; the next sync brings them into the final table. ` +
        `${refused} refused again, ${incomplete} kept only in part: they stay in the rejects table.`,
    )
  }
  if (left === 0) print('No rejected records are left.')
  return left === 0 ? 0 : 1
}

/** Streams without rejects need no raw table. */
async function countRejects(stream: StreamConfig, options: ActionOptions): Promise<number> {
  for await (const page of readRejects({ stream, ...options })) return page.length
  return 0
}

function demandPaths({ config, catalog, stream }: RejectsOptions) {
  if (config !== undefined && catalog !== undefined) {
    return { configPath: config, catalogPath: catalog, streamName: stream }
  }
  throw new DestinationError(
    'USAGE',
    'Usage: landfall rejects list|replay <destination> --config <file> --catalog <file> [--stream <name>]',
  )
}

/** A stream goes by its name, or by namespace and name where the name alone would not tell. */
function chooseStreams(streams: readonly StreamConfig[], name: string | undefined): readonly StreamConfig[] {
  if (name === undefined) return streams
  const chosen = streams.filter(
    ({ descriptor }) => descriptor.name === name || describeStream(descriptor) === name,
  )
  if (chosen.length > 0) return chosen
  throw new DestinationError('USAGE', `The catalog has no stream \`${name}\`.`)
}
