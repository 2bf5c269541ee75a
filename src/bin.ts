import { destinationNames, loadDestination } from './cli/load-destination.ts'
import { runDestination } from './run.ts'

const helpText = `landfall: Airbyte destinations in TypeScript

Usage:
  landfall destinations
      List the destinations of this package.
  landfall run <destination> spec|check|write [options]
      The same as destination-<destination>; see destination-<destination> --help.
`

const [command, name = '', ...rest] = process.argv.slice(2)
if (command === undefined || command === '--help' || command === 'help') {
  process.stdout.write(helpText)
} else if (command === 'destinations') {
  process.stdout.write(`${destinationNames.join('\n')}\n`)
} else if (command === 'run' && destinationNames.includes(name)) {
  await runDestination(await loadDestination(name), rest)
} else {
  const problem =
    command === 'run' ? `There is no destination \`${name}\`.` : `Unknown command \`${command}\`.`
  process.stderr.write(`${problem}\n\n${helpText}`)
  process.exitCode = 1
}
