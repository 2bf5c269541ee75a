import type { Writable } from 'node:stream'
import { Command, CommanderError } from 'commander'
import { toDestinationError } from '../errors.ts'
import { addChangelogCommand } from './commands/changelog.ts'
import { addCompletionCommand } from './commands/completion.ts'
import { addDestinationsCommand } from './commands/destinations.ts'
import { addDocsCommand } from './commands/docs.ts'
import { addGrantsCommand } from './commands/grants.ts'
import { addMetadataCommand } from './commands/metadata.ts'
import { addNewCommand, addTodoCommand } from './commands/new.ts'
import { addQaCommand } from './commands/qa.ts'
import { addRegistryCommand } from './commands/registry.ts'
import { addRejectsCommand } from './commands/rejects.ts'
import { addRunCommand } from './commands/run.ts'
import { addSecretsCommand } from './commands/secrets.ts'
import { addSpecCommand } from './commands/spec.ts'
import { addTestCommand } from './commands/test.ts'
import { addVersionCommand } from './commands/version.ts'
import { exitCodeOf, type KitExitCode } from './exit-codes.ts'
import { addExamples, commandGroups, styleHelp } from './help.ts'
import { Kit, type KitEnvironment } from './kit.ts'

/** In the order of `landfall --help`. Each file of `commands/` adds one command and loads what it does only when called. */
const addCommands: readonly ((program: Command, kit: Kit) => void)[] = [
  addDestinationsCommand,
  addRunCommand,
  addGrantsCommand,
  addRejectsCommand,
  addNewCommand,
  addTodoCommand,
  addSecretsCommand,
  addTestCommand,
  addQaCommand,
  addMetadataCommand,
  addSpecCommand,
  addDocsCommand,
  addVersionCommand,
  addChangelogCommand,
  addRegistryCommand,
  addCompletionCommand,
]

/** Runs the `landfall` command and returns its exit code. Never throws. */
export async function runLandfall(environment: KitEnvironment): Promise<number> {
  ignoreGoneReader(environment.stdout)
  const kit = new Kit(environment)
  const program = createProgram(kit)
  try {
    if (environment.argv.length === 0) program.outputHelp()
    else await program.parseAsync(environment.argv, { from: 'user' })
    return kit.exitCode
  } catch (thrown) {
    return reportFailure(thrown, kit)
  }
}

/** `landfall qa --json | head -1`: a reader that has seen enough is no error, and there is nobody to tell. */
function ignoreGoneReader(stdout: Writable): void {
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

/** The whole command tree; completion and the page of commands read it, too. */
export function createProgram(kit: Kit): Command {
  const { stdout, stderr, version } = kit.environment
  const program = new Command('landfall')
    .description('Airbyte destinations in TypeScript: run them, and develop, check and release your own.')
    .version(version, '-V, --version', 'print the version of the package')
    .helpOption('-h, --help', 'show this help')
    .addHelpCommand(
      new Command('help')
        .argument('[command]')
        .description('Show the help of a command.')
        .helpGroup(commandGroups.shell),
    )
    .enablePositionalOptions()
    .showHelpAfterError('Run with --help to see what is possible.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      getOutHasColors: () => kit.style('bold', '') !== '',
      getErrHasColors: () => kit.styleNote('bold', '') !== '',
      getOutHelpWidth: () => widthOf(stdout),
      getErrHelpWidth: () => widthOf(stderr),
      outputError: (text, write) => write(kit.styleNote('red', text.trimEnd()) + '\n'),
    })
  styleHelp(program)
  for (const addCommand of addCommands) addCommand(program, kit)
  return addExamples(program, [
    { command: 'landfall run duckdb check --config config.json', does: 'Try a configuration' },
    { command: 'landfall new "My Lake" --kind sql', does: 'Make a connector of your own' },
    { command: 'landfall rejects --help', does: 'What a command does, with examples' },
  ])
}

/** Wide enough for most help texts, narrow enough to read, where the output is no terminal. */
const usualWidth = 100

function widthOf(stream: object): number {
  return 'columns' in stream && typeof stream.columns === 'number' ? stream.columns : usualWidth
}

/** Commander has printed its own message; `exitCode` 0 of a CommanderError means help or version. */
function reportFailure(thrown: unknown, kit: Kit): KitExitCode {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2
  const error = toDestinationError(thrown)
  kit.note(kit.styleNote('red', `error: ${error.message}`))
  if (error.detail !== undefined) kit.note(error.detail)
  return exitCodeOf(error)
}
