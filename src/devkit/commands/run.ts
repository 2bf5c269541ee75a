import { resolve } from 'node:path'
import type { Command } from 'commander'
import { destinationNames, loadDestination } from '../../cli/load-destination.ts'
import { DestinationError } from '../../errors.ts'
import { addExamples, commandGroups } from '../help.ts'
import type { Kit } from '../kit.ts'

/** Everything after the destination's name belongs to the destination, `--help` and `--version` too. */
export function addRunCommand(program: Command, kit: Kit): void {
  const command = program
    .command('run')
    .helpGroup(commandGroups.run)
    .description('Run a destination, the same as destination-<destination>.')
    .argument('<destination>', `one of ${destinationNames.join(', ')}, or the path of a manifest.yaml`)
    .argument('[arguments...]', 'spec, check or write, with their options')
    .passThroughOptions()
    .action(
      kit.action(async (name: string, argv: readonly string[]) => {
        if (isManifest(name)) {
          const { loadDeclarativeDestination } = await import('../../declarative/create-destination.ts')
          const path = resolve(kit.environment.cwd, name)
          await kit.environment.runDestination(await loadDeclarativeDestination(path), argv)
          return 0
        }
        if (!destinationNames.includes(name)) {
          throw new DestinationError(
            'USAGE',
            `There is no destination \`${name}\`. Choose one of ${destinationNames.join(', ')}, or give the path of a manifest.yaml.`,
          )
        }
        await kit.environment.runDestination(await loadDestination(name), argv)
        return 0
      }),
    )
  addExamples(command, [
    { command: 'landfall run duckdb spec', does: 'What a configuration holds' },
    { command: 'landfall run postgres check --config config.json', does: 'Try a configuration' },
    {
      command: 'landfall run duckdb write --config config.json --catalog catalog.json < messages.jsonl',
      does: 'Sync messages',
    },
    {
      command: 'landfall run manifest.yaml check --config config.json',
      does: 'A destination without TypeScript',
    },
    { command: 'landfall run duckdb --help', does: "The destination's own help" },
  ])
}

function isManifest(name: string): boolean {
  return /\.ya?ml$/.test(name)
}
