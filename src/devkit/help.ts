import { styleText } from 'node:util'
import type { Argument, Command, Option } from 'commander'

export type Example = {
  /** What is typed, as it would be in a shell. */
  readonly command: string
  /** What it does, as a sentence without a period. */
  readonly does: string
}

/** The headings under which `landfall --help` lists the commands. */
export const commandGroups = {
  run: 'Run destinations:',
  develop: 'Develop a connector:',
  release: 'Release a connector:',
  shell: 'Shell:',
} as const

/** Adds examples to the end of a command's help. Every command has at least one; a test demands it. */
export function addExamples(command: Command, examples: readonly Example[]): Command {
  const lines = examples.map(
    ({ command: line, does }) => `  ${styleText('dim', `# ${does}`, plain)}\n  $ ${foldCommand(line)}`,
  )
  return command.addHelpText('after', `\n${styleText('bold', 'Examples:', plain)}\n${lines.join('\n')}`)
}

/** Room for a command in a terminal of 80 columns, behind the prompt and in front of a backslash. */
const commandWidth = 74

/** A long command goes on in the next line in front of an option, as a shell takes it. */
function foldCommand(line: string): string {
  const lines: string[] = []
  for (const part of line.split(/ (?=--[a-z])/)) {
    const last = lines.at(-1)
    if (last !== undefined && `${last} ${part}`.length <= commandWidth) lines.splice(-1, 1, `${last} ${part}`)
    else lines.push(part)
  }
  return lines.join(' \\\n      ')
}

/** Commander takes colours out again where the output has none. */
const plain = { validateStream: false }

/** Style of every help page; inherited by subcommands that are added later. */
export function styleHelp(program: Command): Command {
  return program.configureHelp({
    sortOptions: true,
    subcommandTerm: describeCommand,
    argumentDescription: describeChoices,
    optionDescription: describeChoices,
    styleTitle: (text) => styleText('bold', text, plain),
    styleSubcommandTerm: (text) => styleText('cyan', text, plain),
    styleOptionTerm: (text) => styleText('cyan', text, plain),
    styleArgumentTerm: (text) => styleText('cyan', text, plain),
  })
}

/** `duckdb, postgres, or the path of a file`: the words to choose from, as they are typed. */
function describeChoices({ argChoices = [], description }: Argument | Option): string {
  const separator = description.startsWith('or ') ? ', ' : '; '
  return [argChoices.join(', '), description].filter((text) => text !== '').join(separator)
}

/** `metadata validate|fmt`, `grants <destination>`: what can follow, without the options. */
function describeCommand(command: Command): string {
  const children = command
    .createHelp()
    .visibleCommands(command)
    .map((child) => child.name())
    .filter((name) => name !== 'help')
  const parameters = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`
    return argument.required ? `<${name}>` : `[${name}]`
  })
  return [command.name(), ...(children.length > 0 ? [children.join('|')] : []), ...parameters].join(' ')
}
