import { type Command, Option } from 'commander'
import { addExamples, commandGroups } from '../help.ts'
import type { Kit } from '../kit.ts'
import { connectorKindNames, connectorKinds } from '../new/kinds.ts'
import type { NewOptions } from '../new/run-new.ts'
import type { TodoOptions } from '../new/run-todo.ts'

export function addNewCommand(program: Command, kit: Kit): void {
  const command = program
    .command('new')
    .helpGroup(commandGroups.develop)
    .description('Make a new connector that builds, passes its tests and says what is left to do.')
    .argument('[name]', 'what it writes to; asked for where it is missing')
    .addOption(
      new Option('--kind <kind>', 'asked for where it is missing; explained below').choices(
        connectorKindNames,
      ),
    )
    .option('--directory <path>', 'a folder that is empty or does not exist (default: destination-<name>)')
    .option('--landfall <version>', 'what package.json asks for (default: this version)')
    .option('--definition-id <uuid>', 'of metadata.yaml (default: a new one)')
    .action(
      kit.action(async (name: string | undefined, options: NewOptions) => {
        const { runNewCommand } = await import('../new/run-new.ts')
        return runNewCommand(kit, name, options)
      }),
    )
  const kinds = connectorKindNames.map((name) => `  ${name.padEnd(17)}${connectorKinds[name].label}`)
  command.addHelpText('after', `\nKinds:\n${kinds.join('\n')}`)
  addExamples(command, [
    { command: 'landfall new', does: 'Answer questions' },
    { command: 'landfall new "My Lake" --kind sql', does: 'Without questions, for scripts' },
  ])
}

export function addTodoCommand(program: Command, kit: Kit): void {
  const command = program
    .command('todo')
    .helpGroup(commandGroups.develop)
    .description('List what `landfall new` left to do.')
    .argument('[folder]', 'of the connector (default: the current one)')
    .option('--strict', 'exit with 1 where something is left')
    .option('--json', 'print JSON')
    .action(
      kit.action(async (folder: string | undefined, options: TodoOptions) => {
        const { runTodoCommand } = await import('../new/run-todo.ts')
        return runTodoCommand(kit, folder, options)
      }),
    )
  addExamples(command, [
    { command: 'landfall todo', does: 'File, line and what to do' },
    { command: 'landfall todo destination-my-lake --strict', does: 'In CI, before a release' },
  ])
}
