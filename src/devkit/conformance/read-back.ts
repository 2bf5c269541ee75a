import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { DestinationError } from '../../errors.ts'
import { JsonNumber, type JsonValue, parseJson } from '../../protocol/json-value.ts'
import type { TextRow } from '../../testing/compare-values.ts'

/** What the read-back command gets on standard input, as one JSON object. */
export type ReadBackRequest = {
  readonly config: unknown
  readonly stream: string
  readonly namespace: string | null
  /** Which of the stream's tables. */
  readonly table: 'final' | 'raw'
}

/** The exit code that says: there is no such table. */
const noTableExitCode = 4

/** Runs a read-back command: one request in, the rows of a table out. */
export class ReadBack {
  readonly #command: string
  readonly #cwd: string
  readonly #environment: { readonly [name: string]: string | undefined }

  constructor(
    command: string,
    options: { readonly cwd: string; readonly environment: { readonly [name: string]: string | undefined } },
  ) {
    this.#command = command
    this.#cwd = options.cwd
    this.#environment = options.environment
  }

  /** All rows, each value as text with all of its digits; `undefined` where there is no such table. */
  async read(request: ReadBackRequest): Promise<readonly TextRow[] | undefined> {
    const child = spawn('sh', ['-c', this.#command], { cwd: this.#cwd, env: this.#environment })
    const closed = once(child, 'close')
    const [output, errorOutput, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      closed,
      // A command may need less than the whole request; its exit code tells whether it worked.
      pipeline([JSON.stringify(request)], child.stdin).catch(() => {}),
    ])
    if (exitCode === noTableExitCode) return undefined
    if (exitCode !== 0) {
      throw new DestinationError(
        'CONFIG_INVALID',
        `The read-back command failed with exit code ${exitCode} for \`${request.stream}\`: ${errorOutput.trim().slice(-2000)}`,
      )
    }
    return output
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map(readRow)
  }
}

function readRow(line: string): TextRow {
  const row = parseLine(line)
  if (row instanceof Map) return Object.fromEntries([...row].map(([name, value]) => [name, asText(value)]))
  throw new DestinationError(
    'CONFIG_INVALID',
    'The read-back command must print one JSON object per row and nothing else.',
  )
}

function parseLine(line: string): JsonValue | undefined {
  try {
    return parseJson(line)
  } catch {
    // The caller says what is wrong.
    return undefined
  }
}

function asText(value: JsonValue): string | null {
  if (value === null || typeof value === 'string') return value
  return asJson(value)
}

function asJson(value: JsonValue): string {
  if (value instanceof JsonNumber) return value.text
  if (value instanceof Map)
    return `{${[...value].map(([key, member]) => `${JSON.stringify(key)}:${asJson(member)}`).join(',')}}`
  if (Array.isArray(value)) return `[${value.map(asJson).join(',')}]`
  return JSON.stringify(value)
}
