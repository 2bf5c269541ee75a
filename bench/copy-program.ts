import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Program } from './run-process.ts'

/** A table into a file, or a file into a table. */
export type CopyTask = {
  /** With its schema; neither needs quotes. */
  readonly table: string
  /** Default: all, in the order of the table. */
  readonly columns?: readonly string[]
  readonly format: 'text' | 'binary'
  readonly direction: 'from' | 'to'
  readonly path: string
}

export type CopyServer = {
  /** PG* variables. */
  readonly environment: { readonly [name: string]: string }
  /** Without it, a program of our own does the same. */
  readonly hasPsql: boolean
}

/** One program that does the tasks one after the other. */
export function createCopyProgram({ environment, hasPsql }: CopyServer, tasks: readonly CopyTask[]): Program {
  if (!hasPsql) return { command: execPath, arguments: [program, JSON.stringify(tasks)], environment }
  const settings = ['--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1']
  const commands = tasks.flatMap((task) => ['--command', describeTask(task)])
  return { command: 'psql', arguments: [...settings, ...commands], environment }
}

const program = fileURLToPath(new URL('programs/copy-files.ts', import.meta.url))

function describeTask({ table, columns = [], format, direction, path }: CopyTask): string {
  const list = columns.length === 0 ? '' : ` (${columns.join(', ')})`
  return `\\copy ${table}${list} ${direction} '${path.replaceAll("'", "''")}' (format ${format})`
}
