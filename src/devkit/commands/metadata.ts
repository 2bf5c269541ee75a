import type { Command } from 'commander'
import { addExamples, commandGroups } from '../help.ts'
import type { Kit } from '../kit.ts'

export function addMetadataCommand(program: Command, kit: Kit): void {
  const metadata = program
    .command('metadata')
    .helpCommand(false)
    .helpGroup(commandGroups.develop)
    .description('Check or format the file metadata.yaml, by which the platform knows a connector.')
  addExamples(metadata, [
    { command: 'landfall metadata validate', does: 'What is wrong, with file and line' },
  ])
  const validate = metadata
    .command('validate')
    .description("Check the file against Airbyte's schema, and the rules that a schema cannot say.")
    .argument('[connectors...]', 'folders, or names of folders in destinations/ (default: all that are here)')
    .option('--json', 'print the findings as JSON')
    .action(
      kit.action(async (names: readonly string[], options: { readonly json?: boolean }) => {
        const { runValidate } = await import('../metadata/run-metadata.ts')
        return runValidate(kit, names, options)
      }),
    )
  addExamples(validate, [
    { command: 'landfall metadata validate', does: 'The connector of this folder, or all of destinations/' },
    { command: 'landfall metadata validate postgres --json', does: 'One connector, for a program' },
  ])
  const format = metadata
    .command('fmt')
    .description('Write the file in its usual form: fields in order, comments where they belong.')
    .argument('[connectors...]', 'folders, or names of folders in destinations/ (default: all that are here)')
    .option('--check', 'write nothing; exit code 1 where a file is not in its usual form')
    .action(
      kit.action(async (names: readonly string[], options: { readonly check?: boolean }) => {
        const { runFormat } = await import('../metadata/run-metadata.ts')
        return runFormat(kit, names, options)
      }),
    )
  addExamples(format, [{ command: 'landfall metadata fmt --check', does: 'For CI: is it formatted?' }])
}
