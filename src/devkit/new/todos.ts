import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

export type Todo = { readonly path: string; readonly line: number; readonly text: string }

/** Folders that hold no work of the author's. */
const skipped = ['node_modules', 'dist', '.git', 'secrets', '.tmp', 'coverage']

const marker = /TODO\(landfall\): (.*?)(?:\s*(?:-->|\*\/))?$/

/** The marks that `landfall new` left, by file and line. */
export async function findTodos(directory: string): Promise<readonly Todo[]> {
  const todos: Todo[] = []
  for (const path of await listFiles(directory, '')) {
    const lines = (await readFile(join(directory, path), 'utf8')).split('\n')
    for (const [index, line] of lines.entries()) {
      const text = marker.exec(line)?.[1]
      if (text !== undefined) todos.push({ path, line: index + 1, text })
    }
  }
  return todos
}

async function listFiles(directory: string, prefix: string): Promise<readonly string[]> {
  const entries = await readdir(join(directory, prefix), { withFileTypes: true })
  const nested = entries
    .toSorted((left, right) => left.name.localeCompare(right.name))
    .map(async (entry) => {
      const path = join(prefix, entry.name)
      if (entry.isDirectory()) return skipped.includes(entry.name) ? [] : listFiles(directory, path)
      return entry.isFile() ? [path] : []
    })
  return (await Promise.all(nested)).flat()
}
