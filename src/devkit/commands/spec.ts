import type { Command } from 'commander'
import { addExamples, commandGroups } from '../help.ts'
import type { Kit } from '../kit.ts'

type JsonOption = { readonly json?: boolean }

export function addSpecCommand(program: Command, kit: Kit): void {
  const spec = program
    .command('spec')
    .helpCommand(false)
    .helpGroup(commandGroups.develop)
    .description('Check a specification, or compare two.')
  addExamples(spec, [{ command: 'landfall spec lint', does: 'Can the platform make a form of it?' }])
  const lint = spec
    .command('lint')
    .description('Check what the platform and its tests ask of a specification.')
    .argument(
      '[specs...]',
      'connectors, spec.json files, or files with what `spec` printed (default: all that are here)',
    )
    .option('--json', 'print the findings as JSON')
    .action(
      kit.action(async (places: readonly string[], options: JsonOption) => {
        const { runLint } = await import('../spec/run-spec.ts')
        return runLint(kit, places, options)
      }),
    )
  addExamples(lint, [
    { command: 'landfall spec lint destinations/postgres', does: 'A connector' },
    {
      command: 'docker run --rm airbyte/destination-x spec > x.json && landfall spec lint x.json',
      does: 'Any image',
    },
  ])
  const diff = spec
    .command('diff')
    .description('Say what changed for stored configurations, and the least version that it asks for.')
    .argument('<before>', 'a connector, a file, or <branch>:<connector>')
    .argument('<after>', 'the same')
    .option('--json', 'print the changes as JSON')
    .action(
      kit.action(async (before: string, after: string, options: JsonOption) => {
        const { runDiff } = await import('../spec/run-spec.ts')
        return runDiff(kit, [before, after], options)
      }),
    )
  addExamples(diff, [
    {
      command: 'landfall spec diff origin/main:postgres postgres',
      does: 'Since the base branch; exit code 1 where it breaks',
    },
    { command: 'landfall spec diff old.json new.json --json', does: 'Two files, for a program' },
  ])
}
