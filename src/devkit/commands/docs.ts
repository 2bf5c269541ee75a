import type { Command } from 'commander'
import { addExamples, commandGroups } from '../help.ts'
import type { Kit } from '../kit.ts'

export function addDocsCommand(program: Command, kit: Kit): void {
  const docs = program
    .command('docs')
    .helpCommand(false)
    .helpGroup(commandGroups.develop)
    .description('Keep the parts of pages that follow from code up to date.')
  addExamples(docs, [{ command: 'landfall docs generate', does: 'Write all generated blocks' }])
  const generate = docs
    .command('generate')
    .description(
      'Write tables between `<!-- generated: kind -->` and `<!-- /generated -->` in the pages that are here.',
    )
    .option('--check', 'write nothing; exit code 1 where a page is not up to date')
    .addHelpText(
      'after',
      `
Kinds:
  configuration [connector]  the fields of a specification
  support-matrix             what each connector can do
  errors                     the codes of errors; on the page that explains them
  checks                     what \`landfall qa\` checks`,
    )
    .action(
      kit.action(async (options: { readonly check?: boolean }) => {
        const { runGenerate } = await import('../documentation/run-generate.ts')
        return runGenerate(kit, options)
      }),
    )
  addExamples(generate, [
    { command: 'landfall docs generate --check', does: 'For CI: is everything up to date?' },
  ])
}
