import type { Command } from 'commander'
import type { ChangelogOptions } from '../documentation/run-changelog.ts'
import { addExamples, commandGroups } from '../help.ts'
import type { Kit } from '../kit.ts'

export function addChangelogCommand(program: Command, kit: Kit): void {
  const changelog = program
    .command('changelog')
    .helpCommand(false)
    .helpGroup(commandGroups.release)
    .description('Write the changelog on the page of a connector.')
  addExamples(changelog, [
    { command: 'landfall changelog add --message "Fix ..."', does: 'A row for this version' },
  ])
  const add = changelog
    .command('add')
    .description('Add a row to the table below `## Changelog`, in its place; a missing table is made.')
    .argument('[connectors...]', 'folders, or names of folders in destinations/ (default: all that are here)')
    .requiredOption('--message <text>', 'what changed for users')
    .option('--pull-request <number>', 'where it changed; without it, the row has no link')
    .option('--version <version>', 'another version than that of metadata.yaml')
    .option('--date <date>', 'another day than today, as YYYY-MM-DD')
    .option('--dry-run', 'write nothing')
    .action(
      kit.action(async (names: readonly string[], options: ChangelogOptions) => {
        const { runAdd } = await import('../documentation/run-changelog.ts')
        return runAdd(kit, names, options)
      }),
    )
  addExamples(add, [
    {
      command: 'landfall changelog add --message "Fix timestamps before 1970." --pull-request 42',
      does: 'With a link',
    },
  ])
}
