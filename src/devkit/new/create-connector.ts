import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { DestinationError } from '../../errors.ts'
import { connectorKinds } from './kinds.ts'
import { type RenderFacts, renderFile } from './render.ts'

/**
 * Writes a new connector into a folder that does not exist or is empty. Returns the paths of its files.
 * @throws DestinationError `USAGE` where something is there already
 */
export async function createConnector(directory: string, facts: RenderFacts): Promise<readonly string[]> {
  await assertEmpty(directory)
  const templates = join(
    dirname(createRequire(import.meta.url).resolve('landfall/package.json')),
    'dist',
    'templates',
  )
  const written: string[] = []
  for (const part of connectorKinds[facts.kind].parts) {
    for (const path of await listFiles(join(templates, part))) {
      const source = await readFile(join(templates, part, path), 'utf8')
      const rendered = renderFile(path, source, facts)
      const target = join(directory, rendered.path)
      await mkdir(dirname(target), { recursive: true })
      await writeFile(target, rendered.text)
      written.push(rendered.path)
    }
  }
  return written.toSorted()
}

async function assertEmpty(directory: string): Promise<void> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  if (names.length === 0) return
  throw new DestinationError(
    'USAGE',
    `\`${directory}\` is not empty. Choose another folder with \`--directory\`, or remove what is there.`,
  )
}

async function listFiles(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .toSorted()
}
