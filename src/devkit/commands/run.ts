import type { Command } from 'commander'
import { chooseDestination, destinationArgument } from '../choose-destination.ts'
import { addExamples, commandGroups } from '../help.ts'
import type { Kit } from '../kit.ts'

/** Everything after the destination's name belongs to the destination, `--help` and `--version` too. */
export function addRunCommand(program: Command, kit: Kit): void {
  const command = program
    .command('run')
    .helpGroup(commandGroups.run)
    .description('Run a destination, the same as destination-<destination>.')
    .addArgument(destinationArgument())
    .argument('[arguments...]', 'spec, check or write, with their options')
    .passThroughOptions()
    .action(
      kit.action(async (name: string, argv: readonly string[]) => {
        await kit.environment.runDestination(await chooseDestination(kit, name), argv)
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
