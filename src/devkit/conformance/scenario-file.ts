import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse as parseYaml } from 'yaml'
import { DestinationError } from '../../errors.ts'
import { parseScenarios, type Scenario } from './scenario-schema.ts'

const smokeFile = fileURLToPath(new URL('smoke-scenarios.yaml', import.meta.url))

/** A file of the author's own; its path is from `cwd`. */
export async function readScenarioFile(cwd: string, path: string): Promise<readonly Scenario[]> {
  const text = await readFile(resolve(cwd, path), 'utf8').catch((cause: Error) => {
    throw new DestinationError('CONFIG_INVALID', `The scenario file \`${path}\` cannot be read.`, { cause })
  })
  return parseScenarios(parseExactly(text), path)
}

/**
 * Predefined scenarios by the words of PyAirbyte's `--scenarios`: `fast`, `all`, or names between commas.
 * @throws DestinationError `USAGE` that lists the names
 */
export async function selectSmokeScenarios(words: readonly string[]): Promise<readonly Scenario[]> {
  const wanted = words.flatMap((word) => word.split(',')).map((word) => word.trim())
  if (wanted.length === 0) return []
  const scenarios = await readScenarioFile('.', smokeFile)
  const names = scenarios.map(({ name }) => name)
  const unknown = wanted.find((word) => !['fast', 'all', ...names].includes(word))
  if (unknown !== undefined) throw unknownScenario(unknown, names)
  return scenarios.filter(
    ({ name, high_volume: isSlow }) =>
      wanted.includes('all') || wanted.includes(name) || (wanted.includes('fast') && !isSlow),
  )
}

function unknownScenario(word: string, names: readonly string[]): DestinationError {
  const hint = /[./]/.test(word) ? ' A file of your own goes behind `--custom-scenarios`.' : ''
  return new DestinationError(
    'USAGE',
    `There is no predefined scenario \`${word}\`.${hint} Choose \`fast\`, \`all\`, or some of: ${names.join(', ')}.`,
  )
}

/** JSON is YAML, too. Integers that a number cannot hold stay exact; others stay numbers, as the schema wants them. */
function parseExactly(text: string): unknown {
  return parseYaml(text, (_key, value: unknown) => (isSmall(value) ? Number(value) : value), {
    intAsBigInt: true,
  })
}

function isSmall(value: unknown): boolean {
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value))
}
