import { Argument, type Command } from 'commander'
import { addExamples, commandGroups } from '../help.ts'
import type { Kit } from '../kit.ts'
import { bumpTypes } from '../version/bump-version.ts'
import type { BumpOptions } from '../version/run-version.ts'

export function addVersionCommand(program: Command, kit: Kit): void {
  const version = program
    .command('version')
    .helpCommand(false)
    .helpGroup(commandGroups.release)
    .description('Raise the version of a connector, or check that it was raised.')
  addExamples(version, [
    { command: 'landfall version bump patch --message "Fix ..."', does: 'The next version' },
  ])
  addBump(version, kit)
  addCheck(version, kit)
}

function addBump(version: Command, kit: Kit): void {
  const command = version
    .command('bump')
    .description(
      'Raise the version in metadata.yaml, package.json, the Dockerfile and, with a message, the changelog.',
    )
    // Completion and help read the choices; a version is allowed, too.
    .addArgument(new Argument('<step>', 'or a version').choices(bumpTypes).argParser(String))
    .argument('[connectors...]', 'folders, or names of folders in destinations/ (default: all that are here)')
    .option('--message <text>', 'what changed for users; adds a row to the changelog')
    .option('--pull-request <number>', 'for the row of the changelog')
    .option('--date <date>', 'for the row of the changelog (default: today)')
    .option('--dry-run', 'write nothing')
    .option('--json', 'print what changed as JSON')
    .action(
      kit.action(async (step: string, names: readonly string[], options: BumpOptions) => {
        const { runBump } = await import('../version/run-version.ts')
        return runBump(kit, [step, names], options)
      }),
    )
  addExamples(command, [
    {
      command: 'landfall version bump minor --message "Add ..." --pull-request 42',
      does: 'Version and changelog at once',
    },
    { command: 'landfall version bump minor_rc', does: 'The first candidate of the next minor version' },
    { command: 'landfall version bump promote --dry-run', does: 'What would make a version of a candidate' },
  ])
}

function addCheck(version: Command, kit: Kit): void {
  const command = version
    .command('check')
    .description(
      'Check that the version rose, by enough for what changed in the specification, and is in all places.',
    )
    .argument('[connectors...]', 'folders, or names of folders in destinations/ (default: all that are here)')
    .option('--base <branch>', 'compare with this branch or commit (default in CI: GITHUB_BASE_REF)')
    .option('--json', 'print the report as JSON')
    .action(
      kit.action(
        async (names: readonly string[], options: { readonly base?: string; readonly json?: boolean }) => {
          const { runVersionCheck } = await import('../version/run-version.ts')
          return runVersionCheck(kit, names, options)
        },
      ),
    )
  addExamples(command, [
    { command: 'landfall version check --base origin/main', does: 'Before a pull request' },
  ])
}
