import { randomUUID } from 'node:crypto'
import { relative, resolve } from 'node:path'
import { DestinationError } from '../../errors.ts'
import type { KitExitCode } from '../exit-codes.ts'
import type { Kit } from '../kit.ts'
import { parseConnectorName } from './connector-name.ts'
import { createConnector } from './create-connector.ts'
import { type ConnectorKind, connectorKindNames, connectorKinds } from './kinds.ts'
import { findTodos } from './todos.ts'

export type NewOptions = {
  readonly kind?: ConnectorKind
  readonly directory?: string
  readonly landfall?: string
  readonly definitionId?: string
}

export async function runNewCommand(
  kit: Kit,
  given: string | undefined,
  options: NewOptions,
): Promise<KitExitCode> {
  const { cwd, version } = kit.environment
  const name = parseConnectorName(given ?? (await askName(kit).catch(stoppedAsking)))
  const kind = options.kind ?? (await askKind(kit).catch(stoppedAsking))
  const directory = resolve(cwd, options.directory ?? `destination-${name.slug}`)
  const facts = {
    kind,
    name,
    definitionId: options.definitionId ?? randomUUID(),
    landfall: options.landfall ?? `^${version}`,
    today: new Date(),
  }
  const paths = await createConnector(directory, facts, kit.environment.stopSignal())
  const todos = await findTodos(directory)
  kit.print(relative(cwd, directory) || '.')
  kit.note(`Wrote ${paths.length} files for ${name.title}, with ${todos.length} things to do. Next:`)
  for (const line of [
    `cd ${relative(cwd, directory) || '.'}`,
    'npm install',
    'npm test',
    'npx landfall todo',
  ])
    kit.note(`  ${line}`)
  return 0
}

async function askName(kit: Kit): Promise<string> {
  assertTerminal(kit, 'a name')
  const { input } = await import('@inquirer/prompts')
  return input({ message: 'What does it write to?', required: true, validate: whatIsWrong }, streamsOf(kit))
}

/** Ctrl-C in front of a question. */
function stoppedAsking(error: unknown): never {
  if (!(error instanceof Error) || error.name !== 'ExitPromptError') throw error
  throw new DestinationError('INTERRUPTED', 'No answer was given, so nothing was written.', { cause: error })
}

/** True, or the rule, as the prompt wants it. */
function whatIsWrong(text: string): true | string {
  try {
    parseConnectorName(text)
    return true
  } catch (error) {
    if (DestinationError.is(error)) return error.message
    throw error
  }
}

async function askKind(kit: Kit): Promise<ConnectorKind> {
  assertTerminal(kit, '`--kind`')
  const { select } = await import('@inquirer/prompts')
  const choices = connectorKindNames.map((value) => ({
    value,
    name: connectorKinds[value].label,
    description: connectorKinds[value].about,
  }))
  return select({ message: 'What kind of destination?', choices }, streamsOf(kit))
}

/** Questions go to standard error, since standard output is for the result. */
function streamsOf({ environment }: Kit) {
  return { input: environment.stdin, output: environment.stderr }
}

function assertTerminal({ environment }: Kit, missing: string): void {
  if ('isTTY' in environment.stdin && environment.stdin.isTTY === true) return
  throw new DestinationError(
    'USAGE',
    `Give ${missing}: there is no terminal to ask on. For example: \`landfall new my-lake --kind sql\`.`,
  )
}
