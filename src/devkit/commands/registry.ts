import { type Command, Option } from 'commander'
import { addExamples, commandGroups } from '../help.ts'
import type { Kit } from '../kit.ts'
import type { RegistryOptions } from '../registry/run-registry.ts'

export function addRegistryCommand(program: Command, kit: Kit): void {
  const registry = program
    .command('registry')
    .helpCommand(false)
    .helpGroup(commandGroups.release)
    .description('Make the registry entry, by which a platform offers a connector.')
  addExamples(registry, [{ command: 'landfall registry entry', does: 'The JSON of this connector' }])
  const entry = registry
    .command('entry')
    .description(
      'Print the entry of a connector in the registry, made of metadata.yaml and the specification.',
    )
    .argument(
      '[connectors...]',
      'folders, or names of folders in destinations/ (default: the one that is here)',
    )
    .addOption(
      new Option('--registry <registry>', 'which overrides count (default: oss)')
        .choices(['oss', 'cloud'])
        .default('oss'),
    )
    .option('--all', 'print a whole registry with all connectors that are here')
    .option('--files-url <url>', 'where the files of the registry are, for the address of the icon')
    .option('--output <file>', 'write a file instead of printing')
    .action(
      kit.action(async (names: readonly string[], options: RegistryOptions) => {
        const { runEntry } = await import('../registry/run-registry.ts')
        return runEntry(kit, names, options)
      }),
    )
  addExamples(entry, [
    { command: 'landfall registry entry postgres --registry cloud', does: 'As one registry has it' },
    { command: 'landfall registry entry --all --output oss_registry.json', does: 'A registry of your own' },
  ])
}
