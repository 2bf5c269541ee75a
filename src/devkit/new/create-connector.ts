import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { DestinationError } from '../../errors.ts'
import { connectorKinds } from './kinds.ts'
import { type RenderFacts, renderFile } from './render.ts'

/**
 * Writes a new connector into a folder that does not exist or is empty. Returns the paths of its files. What fails or is
 * stopped on the way leaves the folder as it was.
 * @throws DestinationError `USAGE` where something is there already
 */
export async function createConnector(
  directory: string,
  facts: RenderFacts,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const wasThere = await assertEmpty(directory)
  try {
    return await writeFiles(directory, facts, signal)
  } catch (error) {
    await rm(directory, { recursive: true, force: true })
    if (wasThere) await mkdir(directory)
    throw error
  }
}

async function writeFiles(
  directory: string,
  facts: RenderFacts,
  signal: AbortSignal,
): Promise<readonly string[]> {
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
      signal.throwIfAborted()
    }
  }
  return written.toSorted()
}

/** Whether the folder is there at all. */
async function assertEmpty(directory: string): Promise<boolean> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (names === undefined || names.length === 0) return names !== undefined
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
