import type { Command } from 'commander'
import type { RejectsAction, RejectsOptions } from '../../cli/rejects.ts'
import { chooseDestination, destinationArgument } from '../choose-destination.ts'
import { addExamples, commandGroups } from '../help.ts'
import type { Kit } from '../kit.ts'

const actions: { readonly [action in RejectsAction]: string } = {
  list: 'Show id, time, length and reason of each refused record.',
  replay: 'Load the refused records again, after a fix.',
}

export function addRejectsCommand(program: Command, kit: Kit): void {
  const rejects = program
    .command('rejects')
    .helpCommand(false)
    .helpGroup(commandGroups.run)
    .description('Show the records that a destination refused, or load them again after a fix.')
  addAction('list')
  addAction('replay')
  addExamples(rejects, [
    {
      command: 'landfall rejects list postgres --config config.json --catalog catalog.json',
      does: 'What was refused, and why',
    },
  ])

  function addAction(action: RejectsAction): void {
    const command = rejects
      .command(action)
      .description(actions[action])
      .addArgument(destinationArgument())
      .option('--config <file>', 'the configuration of the sync')
      .option('--catalog <file>', 'the configured catalog of the sync')
      .option('--stream <name>', 'only this stream; a name, or namespace.name')
      .action(
        kit.action(async (name: string, options: RejectsOptions) => {
          const { runRejectsCommand } = await import('../../cli/rejects.ts')
          const { stdout, stderr, stopSignal } = kit.environment
          const environment = { options, stdout, stderr, signal: stopSignal() }
          return runRejectsCommand(await chooseDestination(kit, name), action, environment)
        }),
      )
    addExamples(command, [
      {
        command: `landfall rejects ${action} postgres --config config.json --catalog catalog.json --stream shop.orders`,
        does: 'The records of one stream',
      },
    ])
  }
}
