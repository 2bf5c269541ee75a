import { relative } from 'node:path'
import { DestinationError } from '../../errors.ts'
import { SourceDocument } from '../source-document.ts'
import type { Base, Connector } from './connector.ts'
import { askGit, listWithGit } from './git.ts'

/**
 * The connector as the base branch has it. Without a reference: the branch that a pull request goes to, where
 * the CI names it in GITHUB_BASE_REF.
 */
export async function readBase(
  connector: Connector,
  reference: string | undefined,
  env: { readonly [name: string]: string | undefined },
): Promise<Base> {
  const fromCi = env.GITHUB_BASE_REF
  const chosen = reference ?? (fromCi ? `origin/${fromCi}` : undefined)
  if (chosen === undefined) {
    return {
      kind: 'none',
      reason: 'there is nothing to compare with; give the base branch with `--base origin/main`',
    }
  }
  const known = await askGit(connector.folder, ['rev-parse', '--verify', '--quiet', `${chosen}^{commit}`])
  if (!known.isSuccess) {
    const advice = 'Fetch it (in CI: check out with the whole history), or name another with `--base`.'
    throw new DestinationError('USAGE', `git does not know the branch or commit \`${chosen}\`. ${advice}`)
  }
  const metadata = await readOld(connector, chosen, 'metadata.yaml')
  if (metadata === undefined) return { kind: 'new', reference: chosen }
  return {
    kind: 'released',
    reference: chosen,
    metadata,
    spec:
      (await readOld(connector, chosen, 'spec.json')) ?? (await readOld(connector, chosen, 'src/spec.json')),
    changedFiles: await listChanges(connector, chosen),
  }
}

async function readOld(
  { folder }: Connector,
  reference: string,
  name: string,
): Promise<SourceDocument | undefined> {
  const { isSuccess, output } = await askGit(folder, ['show', `${reference}:./${name}`])
  return isSuccess ? new SourceDocument(`${reference}:${name}`, output) : undefined
}

/** Committed or not, also files that git does not know yet. */
async function listChanges({ folder, root }: Connector, reference: string): Promise<readonly string[]> {
  const changed = await listWithGit(folder, [
    'diff',
    '-z',
    '--name-only',
    '--merge-base',
    reference,
    '--',
    '.',
  ])
  const fromFolder = changed.map((path) => relative(folder, `${root}/${path}`))
  const untracked = await listWithGit(folder, ['ls-files', '-z', '--others', '--exclude-standard', '--', '.'])
  return [...new Set([...fromFolder, ...untracked])].toSorted()
}
