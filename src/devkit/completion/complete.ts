import type { Argument, Command, Option } from 'commander'

export type Candidate = { readonly name: string; readonly description: string }

/**
 * What the last of the words can become; the words before it are already typed. Nothing where a file or a free
 * text is expected: the shell then offers files.
 */
export function complete(program: Command, words: readonly string[]): readonly Candidate[] {
  const current = words.at(-1) ?? ''
  const place = findPlace(program, words.slice(0, -1))
  return candidatesAt(place, current).filter(({ name }) => name.startsWith(current))
}

type Place = {
  readonly command: Command
  /** Arguments of the command that are already there. */
  readonly operands: number
  /** The option that waits for its value. */
  readonly option: Option | undefined
}

function findPlace(program: Command, words: readonly string[]): Place {
  let place: Place = { command: program, operands: 0, option: undefined }
  for (const word of words) place = step(place, word)
  return place
}

function step({ command, operands, option }: Place, word: string): Place {
  if (option !== undefined) return { command, operands, option: undefined }
  if (word.startsWith('-')) {
    const found = command.options.find(({ long, short }) => long === word || short === word)
    return { command, operands, option: found?.required === true ? found : undefined }
  }
  const child = operands === 0 ? command.commands.find((candidate) => candidate.name() === word) : undefined
  return child === undefined
    ? { command, operands: operands + 1, option: undefined }
    : { command: child, operands: 0, option: undefined }
}

function candidatesAt({ command, operands, option }: Place, current: string): readonly Candidate[] {
  if (option !== undefined) return choicesOf(option)
  const help = command.createHelp()
  if (current.startsWith('-')) {
    return help
      .visibleOptions(command)
      .map(({ long, short, description }) => ({ name: long ?? short ?? '', description }))
  }
  const commands = operands === 0 ? help.visibleCommands(command) : []
  const known = command.registeredArguments
  const last = known.at(-1)
  const argument = known[operands] ?? (last?.variadic === true ? last : undefined)
  return [
    ...commands.map((child) => ({ name: child.name(), description: child.description() })),
    ...(argument === undefined ? [] : choicesOf(argument)),
  ]
}

function choicesOf({ argChoices }: Argument | Option): readonly Candidate[] {
  return (argChoices ?? []).map((name) => ({ name, description: '' }))
}
