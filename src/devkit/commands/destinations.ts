import type { Command } from 'commander'
import { destinationNames } from '../../cli/load-destination.ts'
import { addExamples, commandGroups } from '../help.ts'
import type { Kit } from '../kit.ts'

export function addDestinationsCommand(program: Command, kit: Kit): void {
  const command = program
    .command('destinations')
    .helpGroup(commandGroups.run)
    .description('List the destinations of this package.')
    .action(
      kit.action(async () => {
        kit.print(destinationNames.join('\n'))
        return 0
      }),
    )
  addExamples(command, [{ command: 'landfall destinations', does: 'One name on each line' }])
}
