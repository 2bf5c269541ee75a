import { DestinationError } from '../errors.ts'

export type Command = 'spec' | 'check' | 'write'

export type Arguments =
  | { readonly command: 'spec' }
  | { readonly command: 'check'; readonly configPath: string }
  | { readonly command: 'write'; readonly configPath: string; readonly catalogPath: string }
  | { readonly command: 'help' }
  | { readonly command: 'version' }

const commands: readonly Command[] = ['spec', 'check', 'write']

/** `--state` is part of the protocol's command line but says nothing to a destination. */
const optionNames = ['--config', '--catalog', '--state'] as const
type OptionName = (typeof optionNames)[number]

/**
 * Reads a connector's command line: `write --config C --catalog K`, or `--write` in the style of older
 * images, options as `--name value` or `--name=value`.
 * @throws DestinationError `USAGE` that says what is missing or unknown
 */
export function parseArguments(argv: readonly string[]): Arguments {
  if (argv.length === 0 || argv.some((word) => word === '--help' || word === '-h' || word === 'help'))
    return { command: 'help' }
  if (argv.includes('--version')) return { command: 'version' }
  const { words, options } = splitOptions(argv)
  const [word, ...rest] = words
  const command = commands.find((name) => word === name || word === `--${name}`)
  if (command === undefined)
    throw usage(word === undefined ? 'No command given.' : `Unknown command \`${word}\`.`)
  if (rest.length > 0) throw usage(`Unexpected argument \`${rest[0] ?? ''}\`.`)
  const path = (name: OptionName) => {
    const value = options.get(name)
    if (value === undefined || value === '') throw usage(`\`${command}\` needs \`${name} <path>\`.`)
    return value
  }
  if (command === 'spec') return { command }
  if (command === 'check') return { command, configPath: path('--config') }
  return { command, configPath: path('--config'), catalogPath: path('--catalog') }
}

function splitOptions(argv: readonly string[]): {
  readonly words: readonly string[]
  readonly options: ReadonlyMap<string, string>
} {
  const words: string[] = []
  const options = new Map<string, string>()
  const remaining = argv.values()
  for (const word of remaining) {
    const [head = '', ...tail] = word.split('=')
    const name = optionNames.find((option) => option === head)
    if (name === undefined) words.push(word)
    else options.set(name, tail.length > 0 ? tail.join('=') : (remaining.next().value ?? ''))
  }
  return { words, options }
}

function usage(problem: string): DestinationError {
  return new DestinationError('USAGE', `${problem} Run with \`--help\` to see the commands.`)
}

/** The text of `--help`. */
export function helpText(name: string): string {
  return `destination-${name}: an Airbyte destination

Usage:
  destination-${name} spec
      Print the connector's specification: what a configuration holds.
  destination-${name} check --config <file>
      Try a configuration: connect, write, read back, clean up.
  destination-${name} write --config <file> --catalog <file> < messages.jsonl
      Sync AirbyteMessages from standard input.

Output is one AirbyteMessage per line on standard output. Exit code 0 means success.

Environment:
  LOG_LEVEL                         FATAL, ERROR, WARN, INFO (default), DEBUG or TRACE
  LANDFALL_MEMORY_BUDGET_MB         memory for buffered records (default: an eighth of the
                                    container's memory, at most 32)
  LANDFALL_FLUSH_INTERVAL_SECONDS   longest time that a record is buffered (default: 30)
  LANDFALL_TYPING_INTERVAL_SECONDS  how often final tables are brought up to date during a sync
                                    (default: 900; 0: only at its end)
  LANDFALL_LEASE_SECONDS            how long a killed sync keeps its tables in BigQuery,
                                    Redshift and Snowflake (default: 240)
`
}
