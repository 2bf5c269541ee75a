import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type ConnectorSpecification,
  Destination,
  DestinationError,
  type DestinationWriter,
  type Receipt,
  type RecordBatch,
} from 'landfall'
import { z } from 'zod'

const configSchema = z.object({ directory: z.string() })
type Config = z.infer<typeof configSchema>

/** Appends the records of each stream to a file of its own, one JSON object per line. */
export class JsonLinesDestination extends Destination<Config> {
  readonly name = 'json-lines'
  readonly configSchema = configSchema

  override spec(): ConnectorSpecification {
    return {
      documentationUrl: 'https://example.com/json-lines',
      connectionSpecification: {
        type: 'object',
        required: ['directory'],
        properties: { directory: { type: 'string', title: 'Directory', description: 'Where the files go.' } },
      },
      supported_destination_sync_modes: ['append'],
    }
  }

  override async check({ directory }: Config): Promise<void> {
    await mkdir(directory, { recursive: true }).catch((cause: Error) => {
      throw new DestinationError('CONFIG_INVALID', `\`${directory}\` is not a directory to write to.`, {
        cause,
      })
    })
  }

  override async open(config: Config): Promise<DestinationWriter> {
    await this.check(config)
    return {
      concurrency: 1,
      write: (batch) => this.#append(config, batch),
      finish: async () => {},
      [Symbol.asyncDispose]: async () => {},
    }
  }

  async #append({ directory }: Config, batch: RecordBatch): Promise<Receipt> {
    const lines: Buffer[] = []
    batch.visit((_index, block, start, end) => {
      lines.push(Buffer.from(block.subarray(start, end)), Buffer.from('\n'))
    })
    await appendFile(join(directory, `${batch.stream.descriptor.name}.jsonl`), Buffer.concat(lines))
    return { rowsWritten: batch.count, rejected: [] }
  }
}
