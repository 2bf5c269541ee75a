import { Argument, type Command } from 'commander'
import { destinationNames, loadDestination } from '../../cli/load-destination.ts'
import { addExamples, commandGroups } from '../help.ts'
import type { Kit } from '../kit.ts'

export function addGrantsCommand(program: Command, kit: Kit): void {
  const command = program
    .command('grants')
    .helpGroup(commandGroups.run)
    .description('Print the statements that give the role of a configuration what syncs need, and no more.')
    .addArgument(new Argument('<destination>', 'whose rights').choices(destinationNames))
    .option('--config <file>', 'the configuration of the destination')
    .action(
      kit.action(async (name: string, options: { readonly config?: string }) => {
        const { runGrantsCommand } = await import('../../cli/grants.ts')
        return runGrantsCommand(await loadDestination(name), options.config, kit.environment)
      }),
    )
  addExamples(command, [
    { command: 'landfall grants postgres --config config.json', does: 'A script for an administrator' },
    { command: 'landfall grants postgres --config config.json | psql warehouse', does: 'Run it at once' },
  ])
}
