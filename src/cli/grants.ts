import type { Writable } from 'node:stream'
import type { Destination } from '../destination/destination.ts'
import { DestinationError, toDestinationError } from '../errors.ts'
import { parseConfig, readConfigFile } from './load-config.ts'

/** Prints the script that gives a role what a destination with this configuration needs. Returns the exit code. */
export async function runGrantsCommand(
  destination: Destination,
  configPath: string | undefined,
  { stdout, stderr }: { readonly stdout: Writable; readonly stderr: Writable },
): Promise<0 | 1> {
  try {
    stdout.write(await readGrants(destination, configPath))
    return 0
  } catch (error) {
    stderr.write(`${toDestinationError(error).message}\n`)
    return 1
  }
}

async function readGrants(destination: Destination, path: string | undefined): Promise<string> {
  if (path === undefined) throw new DestinationError('USAGE', '`landfall grants` needs `--config <file>`.')
  if (destination.grants === undefined) {
    throw new DestinationError(
      'CONFIG_UNSUPPORTED',
      `The destination \`${destination.name}\` has no script of rights; its page lists what the account needs.`,
    )
  }
  return destination.grants(parseConfig(destination.configSchema, await readConfigFile(path)))
}
