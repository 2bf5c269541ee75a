import type { Destination } from '../destination/destination.ts'
import { toDestinationError } from '../errors.ts'
import { parseConfig, readConfigFile } from './load-config.ts'
import type { CommandContext } from './main.ts'
import { collectSecrets } from './secrets.ts'

/**
 * `check` answers with a CONNECTION_STATUS and exit code 0, also where the answer is FAILED: the platform
 * shows its message. Only a fault of the connector itself is thrown.
 */
export async function runCheckCommand(
  destination: Destination,
  { configPath }: { readonly configPath: string },
  context: CommandContext,
): Promise<number> {
  const { writer, logger, signal, hideSecrets } = context
  try {
    const value = await readConfigFile(configPath)
    hideSecrets(collectSecrets(destination.spec().connectionSpecification, value))
    await destination.check(parseConfig(destination.configSchema, value), { logger, signal })
    writer.connectionStatus({ status: 'SUCCEEDED' })
  } catch (thrown) {
    const error = toDestinationError(thrown)
    if (error.code === 'INTERNAL') throw error
    if (error.detail !== undefined) logger.error(error.detail)
    writer.connectionStatus({ status: 'FAILED', message: error.message })
  }
  return 0
}
