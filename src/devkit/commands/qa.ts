import type { Command } from 'commander'
import { addExamples, commandGroups } from '../help.ts'
import type { Kit } from '../kit.ts'
import type { QaOptions } from '../qa/run-qa.ts'

export function addQaCommand(program: Command, kit: Kit): void {
  const command = program
    .command('qa')
    .helpGroup(commandGroups.develop)
    .description('Check everything around a connector: metadata, pages, icon, image, version, secrets.')
    .argument('[connectors...]', 'folders, or names of folders in destinations/ (default: all that are here)')
    .option(
      '--only <checks>',
      'only these checks, or categories of checks; with commas, or several times',
      collectNames,
    )
    .option('--base <branch>', 'compare versions with this branch or commit (default in CI: GITHUB_BASE_REF)')
    .option('--list', 'print the checks, and run none')
    .option('--verbose', 'also show what passed, and why something was skipped')
    .option('--json', 'print the report as JSON')
    .option('--junit <file>', 'also write a JUnit report')
    .action(
      kit.action(async (names: readonly string[], options: QaOptions) => {
        const { runQa } = await import('../qa/run-qa.ts')
        return runQa(kit, names, options)
      }),
    )
  addExamples(command, [
    { command: 'landfall qa', does: 'The connector of this folder, or all of destinations/' },
    { command: 'landfall qa postgres --base origin/main', does: 'Also whether its version must rise' },
    { command: 'landfall qa --only icon,documentation', does: 'One check, and one category' },
    { command: 'landfall qa --junit qa.xml --json > qa.json', does: 'Reports for CI' },
  ])
}

function collectNames(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, ...value.split(',').map((name) => name.trim())]
}
