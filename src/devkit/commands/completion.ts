import { Argument, type Command } from 'commander'
import { completeCommandName, type Shell, shells } from '../completion/scripts.ts'
import { addExamples, commandGroups } from '../help.ts'
import type { Kit } from '../kit.ts'

export function addCompletionCommand(program: Command, kit: Kit): void {
  const command = program
    .command('completion')
    .helpGroup(commandGroups.shell)
    .description('Print what a shell needs to complete commands and options with the Tab key.')
    .addArgument(new Argument('<shell>', 'the one that you use').choices(shells))
    .action(
      kit.action(async (shell: Shell) => {
        const { completionScripts } = await import('../completion/scripts.ts')
        kit.environment.stdout.write(completionScripts[shell])
        return 0
      }),
    )
  addExamples(command, [
    { command: 'eval "$(landfall completion bash)"', does: 'In ~/.bashrc' },
    { command: 'eval "$(landfall completion zsh)"', does: 'In ~/.zshrc, behind compinit' },
    {
      command: 'landfall completion fish > ~/.config/fish/completions/landfall.fish',
      does: 'Once, for fish',
    },
  ])
  addCompleteCommand(program, kit)
}

/** What the scripts call at each press of the Tab key. */
function addCompleteCommand(program: Command, kit: Kit): void {
  program
    .command(completeCommandName, { hidden: true })
    .argument('[words...]', 'what is typed behind `landfall`, up to the cursor')
    .action(
      kit.action(async (words: readonly string[]) => {
        const { complete } = await import('../completion/complete.ts')
        for (const { name, description } of complete(program, words)) kit.print(`${name}\t${description}`)
        return 0
      }),
    )
}
