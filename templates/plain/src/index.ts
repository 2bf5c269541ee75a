import { mkdir } from 'node:fs/promises'
import { type ConnectorSpecification, Destination, DestinationError, type DestinationWriter } from 'landfall'
import { type Config, configSchema } from './config.ts'
import spec from './spec.json' with { type: 'json' }
import { RecordWriter } from './writer.ts'

/** Appends the records of each stream to a file of its own, until it does what you need. */
export class ExampleDestination extends Destination<Config> {
  readonly name = 'example'
  readonly configSchema = configSchema

  override spec(): ConnectorSpecification {
    return spec as ConnectorSpecification
  }

  // TODO(landfall): Try everything that a sync needs, and say what the user can do about a failure.
  override async check({ directory }: Config): Promise<void> {
    await mkdir(directory, { recursive: true }).catch((cause: Error) => {
      const advice = 'Choose a directory that this user may write to.'
      throw new DestinationError('CONFIG_INVALID', `\`${directory}\` cannot be used. ${advice}`, { cause })
    })
  }

  // TODO(landfall): Connect here. `streams` tells each stream's columns, sync mode and generation.
  override async open(config: Config): Promise<DestinationWriter> {
    await this.check(config)
    return new RecordWriter(config)
  }
}

export default new ExampleDestination()
