import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { DestinationError } from '../../errors.ts'

/** The file that makes a folder a connector's. */
const metadataFile = 'metadata.yaml'

/**
 * The folders of connectors that a command is about. A name is a path, or a folder of `destinations/`, with or
 * without `destination-` in front. Without names: the current folder, or else all of `destinations/`.
 * @throws DestinationError `USAGE` where there is none
 */
export function findConnectors(cwd: string, names: readonly string[]): readonly string[] {
  if (names.length > 0) return names.map((name) => findNamed(cwd, name))
  if (existsSync(join(cwd, metadataFile))) return [cwd]
  const folder = join(cwd, 'destinations')
  const found = isFolder(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []
  const connectors = found.filter(isFolder).toSorted()
  if (connectors.length > 0) return connectors
  throw new DestinationError(
    'USAGE',
    `\`${cwd}\` holds no connector: there is no \`${metadataFile}\` and no folder \`destinations\`. ` +
      'Go to the folder of a connector, or name it.',
  )
}

/** The one connector that a command is about. */
export function findConnector(cwd: string, name: string | undefined): string {
  const found = findConnectors(cwd, name === undefined ? [] : [name])
  const [only] = found
  if (found.length === 1 && only !== undefined) return only
  const names = found.map((path) => basename(path)).join(', ')
  throw new DestinationError('USAGE', `There are several connectors here: ${names}. Name one.`)
}

/** The nearest folder above with `.git`; the folder itself where there is none. */
export function findRoot(folder: string): string {
  for (let current = folder; ; current = dirname(current)) {
    if (existsSync(join(current, '.git'))) return current
    if (dirname(current) === current) return folder
  }
}

function findNamed(cwd: string, name: string): string {
  const short = name.replace(/^destination-/, '')
  const places = [resolve(cwd, name), join(cwd, 'destinations', short), join(cwd, 'destinations', name)]
  const found = places.find(isFolder)
  if (found !== undefined) return found
  throw new DestinationError(
    'USAGE',
    `There is no connector \`${name}\`: neither a folder nor in \`destinations/\`.`,
  )
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
