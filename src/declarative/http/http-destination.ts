import { appendFile } from 'node:fs/promises'
import type { StreamConfig } from '../../catalog/stream-config.ts'
import { errorCode } from '../../connection/network-errors.ts'
import {
  type ConfigSchema,
  Destination,
  type DestinationContext,
  type DestinationWriter,
} from '../../destination/destination.ts'
import { DestinationError } from '../../errors.ts'
import {
  type ConnectorSpecification,
  type DestinationSyncMode,
  describeStream,
} from '../../protocol/messages.ts'
import { createConfigSchema, type ManifestConfig } from '../config-schema.ts'
import { interpolate } from '../interpolate.ts'
import type { HttpMode, HttpWriter, Manifest } from '../manifest.ts'
import { createSpecification } from '../specification.ts'
import { HttpClient } from './http-client.ts'
import { HttpDestinationWriter } from './http-destination-writer.ts'

const modes = [
  'append',
  'append_dedup',
  'overwrite',
  'overwrite_dedup',
] as const satisfies readonly DestinationSyncMode[]

/** A server that takes batches of records over HTTP, from a manifest. */
export class HttpDestination extends Destination<ManifestConfig> {
  readonly name: string
  readonly configSchema: ConfigSchema<ManifestConfig>
  readonly #manifest: Manifest
  readonly #writer: HttpWriter

  constructor(manifest: Manifest, writer: HttpWriter) {
    super()
    this.name = manifest.name
    this.configSchema = createConfigSchema(manifest.spec.connection_specification)
    this.#manifest = manifest
    this.#writer = writer
  }

  override spec(): ConnectorSpecification {
    return createSpecification(this.#manifest, this.#supportedModes())
  }

  #supportedModes(): readonly DestinationSyncMode[] {
    return modes.filter((mode) => this.#writer.modes[mode] !== undefined)
  }

  /** Without a request for it in the manifest, only the address is looked at. */
  override async check(config: ManifestConfig, context: DestinationContext): Promise<void> {
    const { check } = this.#writer
    const client = new HttpClient(this.#writer, config, context)
    if (check !== undefined) await client.send(check.request, {}, { expected: check.statuses })
  }

  override async open(
    config: ManifestConfig,
    streams: readonly StreamConfig[],
    context: DestinationContext,
  ): Promise<DestinationWriter> {
    const { rejected } = this.#writer
    const file = interpolate(rejected?.file ?? '', { config })
    if (rejected?.policy === 'file' && file === '')
      throw new DestinationError(
        'CONFIG_INVALID',
        'The manifest keeps refused records, but `rejected.file` is empty.',
      )
    for (const stream of streams) this.#modeOf(stream)
    if (rejected?.policy === 'file') await assertWritable(file)
    const writer = new HttpDestinationWriter({
      client: new HttpClient(this.#writer, config, context),
      logger: context.logger,
      writer: this.#writer,
      modeOf: (stream) => this.#modeOf(stream),
      rejectsFile: rejected?.policy === 'file' ? file : undefined,
    })
    await writer.begin(streams)
    return writer
  }

  #modeOf({ descriptor, isTruncate, postImportAction }: StreamConfig): HttpMode {
    const name = `${isTruncate ? 'overwrite' : 'append'}${postImportAction === 'dedupe' ? '_dedup' : ''}`
    const mode = modes.find((known) => known === name)
    const requests = mode === undefined ? undefined : this.#writer.modes[mode]
    if (requests !== undefined) return requests
    throw new DestinationError(
      'CONFIG_UNSUPPORTED',
      `The stream \`${describeStream(descriptor)}\` is to be synced with \`${name}\`, which ${this.name} does not support. Choose one of ${this.#supportedModes().join(', ')}.`,
    )
  }
}

/** Found out now, and not when the server has refused a record and nobody can keep it. */
async function assertWritable(file: string): Promise<void> {
  try {
    await appendFile(file, '', { mode: 0o600 })
  } catch (cause) {
    throw new DestinationError(
      'CONFIG_INVALID',
      `The file of refused records \`${file}\` cannot be written: ${errorCode(cause)}. Make its folder, or name another file.`,
      { cause },
    )
  }
}
