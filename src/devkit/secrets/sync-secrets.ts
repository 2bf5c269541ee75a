import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { DestinationError, toDestinationError } from '../../errors.ts'
import { fileNameOf, isFor, type StoredSecret, shortName } from './secret-labels.ts'
import type { SecretStore } from './secret-store.ts'

/** For nobody but the owner. */
const ownerOnly = 0o600

export type FetchedSecret = { readonly name: string; readonly path: string; readonly value: unknown }
export type SecretProblem = { readonly name: string; readonly message: string }

/** The secrets of a connector, by name. */
export async function listSecrets(store: SecretStore, connector: string): Promise<readonly StoredSecret[]> {
  const secrets = await store.listSecrets()
  return secrets
    .filter((secret) => isFor(secret, connector))
    .toSorted((left, right) => shortName(left).localeCompare(shortName(right)))
}

/**
 * Writes every secret of a connector to `<directory>/secrets`, which only its owner may read and git never
 * sees. One that cannot be read does not stop the others.
 * @param onValue called with each value before its file is written, so that a log masks it first
 */
export async function fetchSecrets(
  store: SecretStore,
  options: {
    readonly connector: string
    readonly directory: string
    readonly onValue: (value: unknown) => void
  },
): Promise<{ readonly fetched: readonly FetchedSecret[]; readonly problems: readonly SecretProblem[] }> {
  const fetched: FetchedSecret[] = []
  const problems: SecretProblem[] = []
  const folder = await makeSecretsFolder(options.directory)
  for (const secret of await listSecrets(store, options.connector)) {
    const name = shortName(secret)
    try {
      const { fileName, text, value } = await readSecret(store, secret)
      const path = join(folder, fileName)
      const earlier = fetched.find((other) => other.path === path)
      if (earlier !== undefined) {
        throw new DestinationError(
          'CONFIG_INVALID',
          `It would become the same file as \`${earlier.name}\`. Give one of them another label \`filename\`.`,
        )
      }
      options.onValue(value)
      await writeSecretFile(path, text)
      fetched.push({ name, path, value })
    } catch (error) {
      problems.push({ name, message: toDestinationError(error).message })
    }
  }
  return { fetched, problems }
}

async function readSecret(
  store: SecretStore,
  secret: StoredSecret,
): Promise<{ readonly fileName: string; readonly text: string; readonly value: unknown }> {
  const fileName = fileNameOf(secret)
  if (fileName === undefined)
    throw invalid('Its label `filename` must consist of small letters, digits, `-` and `_`.')
  const version = await store.readNewest(secret)
  if (version === undefined) throw invalid('It has no enabled version. Add one, or delete the secret.')
  // The text is kept as it is: parsing and printing would round long numbers.
  const text = version.value
  return { fileName, text, value: parseSecret(text) }
}

function parseSecret(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's message shows a part of the value.
    throw invalid('Its value is not JSON. Store the configuration as it is in `secrets/config.json`.')
  }
}

/** Files that a connector has changed while it ran, for example a new refresh token. */
const updatesFolder = 'updated_configurations'

/**
 * Stores what the connector's tests wrote to `secrets/updated_configurations/<base>|<anything>.json`: of each
 * base the newest file, as a new version of the secret that made `<base>.json`; the old version is disabled.
 * Returns the names of the secrets that changed.
 */
export async function writeBackSecrets(
  store: SecretStore,
  options: {
    readonly connector: string
    readonly directory: string
    readonly onValue: (value: unknown) => void
  },
): Promise<readonly string[]> {
  const updates = await readUpdates(join(options.directory, 'secrets', updatesFolder))
  const secrets = await listSecrets(store, options.connector)
  const changed: string[] = []
  for (const [fileName, text] of updates) {
    const value = parseUpdate(fileName, text)
    options.onValue(value)
    const secret = secrets.find((candidate) => fileNameOf(candidate) === fileName)
    if (secret === undefined) throw invalid(`No secret of \`${options.connector}\` becomes \`${fileName}\`.`)
    const current = await store.readNewest(secret)
    if (current !== undefined && isDeepStrictEqual(parseUpdate(fileName, current.value), value)) continue
    // In this order there is an enabled version at every moment.
    await store.addVersion(secret, text)
    if (current !== undefined) await store.disableVersion(current)
    changed.push(shortName(secret))
  }
  return changed
}

/** File name of the secret to the newest text for it. */
async function readUpdates(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    // Most connectors never change their configuration.
    if (error.code === 'ENOENT') return []
    throw error
  })
  const files = await Promise.all(
    names
      .filter((name) => name.endsWith('.json'))
      .map(async (name) => ({ name, writtenAt: (await stat(join(folder, name))).mtimeMs })),
  )
  const updates = new Map<string, string>()
  for (const { name } of files.toSorted((left, right) => left.writtenAt - right.writtenAt)) {
    const base = name.replace(/\.json$/, '').split('|')[0] ?? name
    updates.set(`${base}.json`, await readFile(join(folder, name), 'utf8'))
  }
  return updates
}

function parseUpdate(fileName: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's message shows a part of the value.
    throw invalid(`The new value of \`${fileName}\` is not JSON.`)
  }
}

/** A folder that git ignores by a file of its own, wherever the project's ignore file forgot it. */
async function makeSecretsFolder(directory: string): Promise<string> {
  const folder = join(directory, 'secrets')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFile(join(folder, '.gitignore'), '*\n')
  return folder
}

/** A new file each time: one that exists would keep its mode while it is written. */
async function writeSecretFile(path: string, text: string): Promise<void> {
  await rm(path, { force: true })
  await writeFile(path, text, { mode: ownerOnly, flag: 'wx' })
}

function invalid(message: string): DestinationError {
  return new DestinationError('CONFIG_INVALID', message)
}
