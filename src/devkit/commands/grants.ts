import type { Command } from 'commander'
import { chooseDestination, destinationArgument } from '../choose-destination.ts'
import { addExamples, commandGroups } from '../help.ts'
import type { Kit } from '../kit.ts'

export function addGrantsCommand(program: Command, kit: Kit): void {
  const command = program
    .command('grants')
    .helpGroup(commandGroups.run)
    .description(
      'Print the SQL that gives the user of a destination the rights that syncs need, and no more.',
    )
    .addArgument(destinationArgument())
    .option('--config <file>', 'the configuration of the destination')
    .action(
      kit.action(async (name: string, options: { readonly config?: string }) => {
        const { runGrantsCommand } = await import('../../cli/grants.ts')
        return runGrantsCommand(await chooseDestination(kit, name), options.config, kit.environment)
      }),
    )
  addExamples(command, [
    { command: 'landfall grants postgres --config config.json', does: 'A script for an administrator' },
    { command: 'landfall grants postgres --config config.json | psql warehouse', does: 'Run it at once' },
    {
      command: 'landfall grants manifest.yaml --config config.json',
      does: 'For a destination without TypeScript',
    },
  ])
}
