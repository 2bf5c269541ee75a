import { resolve } from 'node:path'
import { Argument } from 'commander'
import { destinationNames, loadDestination } from '../cli/load-destination.ts'
import type { Destination } from '../destination/destination.ts'
import { DestinationError } from '../errors.ts'
import type { Kit } from './kit.ts'

/** An argument that takes the name of a destination, which the Tab key completes, or the path of a manifest. */
export function destinationArgument(): Argument {
  const argument = new Argument('<destination>', 'or the path of a manifest.yaml')
  // Completion and help read the choices; what else is allowed, `chooseDestination` decides.
  return argument.choices(destinationNames).argParser(String)
}

/**
 * The destination of this package that has the name, or the one that a manifest describes.
 * @throws DestinationError `USAGE` where it is neither
 */
export async function chooseDestination({ environment }: Kit, name: string): Promise<Destination> {
  if (/\.ya?ml$/.test(name)) {
    const { loadDeclarativeDestination } = await import('../declarative/create-destination.ts')
    return loadDeclarativeDestination(resolve(environment.cwd, name))
  }
  if (destinationNames.includes(name)) return loadDestination(name)
  throw new DestinationError(
    'USAGE',
    `There is no destination \`${name}\`. Choose one of ${destinationNames.join(', ')}, or give the path of a manifest.yaml.`,
  )
}
