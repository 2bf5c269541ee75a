import { runGrantsCommand } from './cli/grants.ts'
import { destinationNames, loadDestination } from './cli/load-destination.ts'
import { type RejectsAction, runRejectsCommand } from './cli/rejects.ts'
import { DestinationError } from './errors.ts'
import { runDestination } from './run.ts'

const helpText = `landfall: Airbyte destinations in TypeScript

Usage:
  landfall destinations
      List the destinations of this package.
  landfall run <destination> spec|check|write [options]
      The same as destination-<destination>; see destination-<destination> --help.
  landfall grants <destination> --config <file>
      Print the statements that give the configuration's role what syncs need, and no more.
  landfall rejects list|replay <destination> --config <file> --catalog <file> [--stream <name>]
      Show the records that a destination refused, or load them again after a fix.
`

const [command, name = '', ...rest] = process.argv.slice(2)
if (command === undefined || command === '--help' || command === 'help') {
  process.stdout.write(helpText)
} else if (command === 'destinations') {
  process.stdout.write(`${destinationNames.join('\n')}\n`)
} else if (command === 'run' && destinationNames.includes(name)) {
  await runDestination(await loadDestination(name), rest)
} else if (command === 'grants' && destinationNames.includes(name)) {
  process.exitCode = await runGrantsCommand(await loadDestination(name), rest, process)
} else if (command === 'rejects' && isRejectsAction(name) && destinationNames.includes(rest[0] ?? '')) {
  await runRejects(name, rest)
} else {
  process.stderr.write(`${describeProblem(command)}\n\n${helpText}`)
  process.exitCode = 1
}

function isRejectsAction(word: string): word is RejectsAction {
  return word === 'list' || word === 'replay'
}

async function runRejects(
  action: RejectsAction,
  [destination = '', ...argv]: readonly string[],
): Promise<void> {
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort(new DestinationError('INTERRUPTED', 'Stopped by SIGINT.')))
  const { stdout, stderr } = process
  process.exitCode = await runRejectsCommand(await loadDestination(destination), action, {
    argv,
    stdout,
    stderr,
    signal: stop.signal,
  })
}

function describeProblem(command: string): string {
  if (command === 'run' || command === 'grants') return `There is no destination \`${name}\`.`
  if (command !== 'rejects') return `Unknown command \`${command}\`.`
  return isRejectsAction(name)
    ? `There is no destination \`${rest[0] ?? ''}\`.`
    : `Unknown action \`${name}\`.`
}
