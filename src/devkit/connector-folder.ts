import { readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { DestinationError } from '../errors.ts'
import { isObject } from '../util/is-object.ts'

/** A connector that is developed in a folder of its own. */
export type ConnectorFolder = {
  /** `destination-example`, as in the names of images and secrets. */
  readonly name: string
  readonly directory: string
}

/**
 * The connector that a command is about: a name for the current folder, a path of a folder, or nothing where the
 * current folder says what it holds, by its name or its package.json.
 */
export async function findConnectorFolder(
  cwd: string,
  argument: string | undefined,
): Promise<ConnectorFolder> {
  const isPath = argument?.includes('/') === true || argument === '.'
  if (argument !== undefined && !isPath) return { name: argument, directory: cwd }
  const directory = resolve(cwd, argument ?? '.')
  const name = [basename(directory), await readPackageName(directory)].find(isConnectorName)
  if (name !== undefined) return { name, directory }
  throw new DestinationError(
    'USAGE',
    `\`${directory}\` does not say which connector it holds. Name it, for example \`destination-example\`.`,
  )
}

function isConnectorName(name: string | undefined): name is string {
  return name !== undefined && /^(source|destination)-[a-z0-9-]+$/.test(name)
}

async function readPackageName(directory: string): Promise<string | undefined> {
  const text = await readFile(join(directory, 'package.json'), 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      // A connector in another language has none.
      if (error.code === 'ENOENT') return '{}'
      throw error
    },
  )
  const manifest: unknown = JSON.parse(text)
  return isObject(manifest) && typeof manifest.name === 'string'
    ? manifest.name.replace(/^@[^/]*\//, '')
    : undefined
}
