import { resolve } from 'node:path'
import type { KitExitCode } from '../exit-codes.ts'
import type { Kit } from '../kit.ts'
import { findTodos } from './todos.ts'

export type TodoOptions = { readonly strict?: boolean; readonly json?: boolean }

export async function runTodoCommand(
  kit: Kit,
  folder: string | undefined,
  { strict, json }: TodoOptions,
): Promise<KitExitCode> {
  const todos = await findTodos(resolve(kit.environment.cwd, folder ?? '.'))
  if (json === true) kit.print(JSON.stringify(todos, null, 2))
  else for (const { path, line, text } of todos) kit.print(`${kit.style('cyan', `${path}:${line}`)} ${text}`)
  if (todos.length === 0) kit.note('Nothing is left to do.')
  return strict === true && todos.length > 0 ? 1 : 0
}
