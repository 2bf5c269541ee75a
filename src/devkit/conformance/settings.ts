import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parse as parseYaml } from 'yaml'
import * as z from 'zod'
import { capabilityNames } from '../../destination/capabilities.ts'
import { DestinationError } from '../../errors.ts'

/** The name of the file that `landfall test` reads in the connector's folder. */
export const settingsFile = 'landfall-test.yaml'

const settingsSchema = z.strictObject({
  command: z.string().optional(),
  image: z.string().optional(),
  docker_arguments: z.array(z.string()).default([]),
  config: z.string(),
  read: z.string().optional(),
  protocol_only: z.boolean().default(false),
  /** Words of PyAirbyte's `--scenarios`: `fast`, `all`, or names between commas. */
  scenarios: z.union([z.string().transform((words) => [words]), z.array(z.string())]).default([]),
  /** Paths of files. */
  custom_scenarios: z.array(z.string()).default([]),
  lacks: z.partialRecord(z.enum(capabilityNames), z.string().min(1)).default({}),
  skip: z.record(z.string(), z.string().min(1)).default({}),
  timeout_seconds: z.number().positive().default(300),
})

export type TestSettings = z.output<typeof settingsSchema>

type Input = z.input<typeof settingsSchema>

/** Options of the command line; what is undefined was not given. */
export type TestSettingsInput = { readonly [Name in keyof Input]?: Input[Name] | undefined }

/**
 * The settings of a test run: those of the file, if there is one, overruled by those of the command line.
 * @throws DestinationError that says what is missing or contradicts itself
 */
export async function loadSettings(cwd: string, given: TestSettingsInput): Promise<TestSettings> {
  const overruled = given.image === undefined ? [] : ['command']
  if (given.command !== undefined) overruled.push('image')
  const stored = Object.entries((await readStored(cwd)) ?? {}).filter(([name]) => !overruled.includes(name))
  const own = Object.entries(given).filter(([, value]) => value !== undefined)
  const result = settingsSchema.safeParse({ ...Object.fromEntries(stored), ...Object.fromEntries(own) })
  if (!result.success) {
    throw new DestinationError(
      'USAGE',
      `The settings of the test are incomplete: ${describeProblems(result.error)} Give options, or write \`${settingsFile}\`.`,
    )
  }
  const { command, image, read, protocol_only: isProtocolOnly } = result.data
  if ((command === undefined) === (image === undefined))
    throw new DestinationError(
      'USAGE',
      'Give one of `--command` and `--image`: how the destination is started.',
    )
  if (read === undefined && !isProtocolOnly) {
    throw new DestinationError(
      'USAGE',
      'Give `--read`, a command that prints the rows of a table, or `--protocol-only` to leave the tables unseen.',
    )
  }
  return result.data
}

async function readStored(cwd: string): Promise<object | undefined> {
  const path = resolve(cwd, settingsFile)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    // Options alone are enough.
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const value: unknown = parseYaml(text)
  if (value === null || value === undefined) return undefined
  if (typeof value === 'object') return value
  throw new DestinationError('CONFIG_INVALID', `\`${path}\` does not hold settings by name.`)
}

/** The problems that zod found, as sentences. */
export function describeProblems(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `\`${path.join('.') || 'file'}\`: ${message}.`).join(' ')
}
