import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { DestinationError } from '../../errors.ts'
import { type ConnectorFolder, findConnectorFolder } from '../connector-folder.ts'
import type { KitExitCode } from '../exit-codes.ts'
import type { Kit } from '../kit.ts'
import { findGoogleProject, openGoogleSecretStore } from './google-secret-store.ts'
import { collectMasks, markedNames, maskCommand } from './mask-values.ts'
import { fileNameOf, shortName, suggestSecretName } from './secret-labels.ts'
import type { SecretStore } from './secret-store.ts'
import { fetchSecrets, listSecrets, writeBackSecrets } from './sync-secrets.ts'

export type SecretsOptions = {
  readonly project?: string
  readonly ifConfigured?: boolean
  readonly json?: boolean
}

type Action = (
  store: SecretStore,
  folder: ConnectorFolder,
  kit: Kit,
  options: SecretsOptions,
) => Promise<KitExitCode>

const actions = { fetch, list, 'write-back': writeBack } as const satisfies { [action: string]: Action }

export async function runSecretsCommand(
  kit: Kit,
  action: keyof typeof actions,
  connector: string | undefined,
  options: SecretsOptions,
): Promise<KitExitCode> {
  const { env, cwd } = kit.environment
  const folder = await findConnectorFolder(cwd, connector)
  const project = findGoogleProject(env, options.project)
  if (project === undefined) {
    const advice = 'Give `--project`, or set `GCP_PROJECT_ID` or `GCP_GSM_CREDENTIALS`.'
    if (options.ifConfigured !== true)
      throw new DestinationError('USAGE', `No Google Cloud project is known. ${advice}`)
    kit.note(`No Google Cloud project is known, so there are no secrets of ${folder.name} here. ${advice}`)
    return 0
  }
  await using store = await openGoogleSecretStore(project)
  // Awaited here, since the store is closed when this function returns.
  return await actions[action](store, folder, kit, options)
}

async function fetch(
  store: SecretStore,
  { name, directory }: ConnectorFolder,
  kit: Kit,
): Promise<KitExitCode> {
  const { fetched, problems } = await fetchSecrets(store, {
    connector: name,
    directory,
    onValue: await createMasker(kit, directory),
  })
  for (const secret of fetched) kit.note(`${secret.name} -> ${relative(kit.environment.cwd, secret.path)}`)
  for (const problem of problems) kit.note(kit.styleNote('red', `${problem.name}: ${problem.message}`))
  if (fetched.length === 0 && problems.length === 0) {
    kit.note(
      `No secret is labelled \`connector=${name}\`. Make one, for example \`${suggestSecretName(name, 'config.json')}\`, with that label.`,
    )
  }
  return problems.length === 0 && fetched.length > 0 ? 0 : 1
}

async function list(
  store: SecretStore,
  { name }: ConnectorFolder,
  kit: Kit,
  { json }: SecretsOptions,
): Promise<KitExitCode> {
  const secrets = await listSecrets(store, name)
  const rows = secrets.map((secret) => ({
    name: shortName(secret),
    file: fileNameOf(secret) ?? null,
    labels: secret.labels,
    created: secret.createdAt?.toISOString() ?? null,
  }))
  if (json === true) kit.print(JSON.stringify(rows, null, 2))
  else {
    for (const row of rows) {
      const created = row.created?.slice(0, 10) ?? 'unknown'
      kit.print(`${row.name}  secrets/${row.file ?? '(label `filename` is no name)'}  created ${created}`)
    }
    if (rows.length === 0) kit.note(`No secret is labelled \`connector=${name}\`.`)
  }
  return 0
}

async function writeBack(
  store: SecretStore,
  { name, directory }: ConnectorFolder,
  kit: Kit,
): Promise<KitExitCode> {
  const onValue = await createMasker(kit, directory)
  const changed = await writeBackSecrets(store, { connector: name, directory, onValue })
  for (const secret of changed) kit.note(`${secret}: stored a new version, and disabled the old one`)
  if (changed.length === 0) kit.note('No configuration has changed.')
  return 0
}

/**
 * Masks values in the log of GitHub Actions. Anywhere else the command for it would itself show the values, so
 * nothing is printed.
 */
async function createMasker(kit: Kit, directory: string): Promise<(value: unknown) => void> {
  const { env } = kit.environment
  if (env.GITHUB_ACTIONS !== 'true') {
    if (env.CI) kit.note('Only GitHub Actions can mask values in its log; mind what your tests print.')
    return () => {}
  }
  const marked = markedNames(await readSpec(directory))
  const known = new Set<string>()
  return (value) => {
    for (const mask of collectMasks(value, marked)) {
      if (!known.has(mask)) kit.print(maskCommand(mask))
      known.add(mask)
    }
  }
}

/** Names of the connector's own secret fields, where its specification lies in its folder. */
async function readSpec(directory: string): Promise<unknown> {
  for (const path of ['spec.json', join('src', 'spec.json')]) {
    try {
      return JSON.parse(await readFile(join(directory, path), 'utf8'))
    } catch {
      // A connector may keep its specification anywhere; the list of names is the fallback.
    }
  }
  return undefined
}
