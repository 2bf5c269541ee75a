import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { DestinationError, toDestinationError } from '../../errors.ts'
import { isObject } from '../../util/is-object.ts'
import { member, textMember } from '../../util/unknown.ts'
import { listRelativeLinks } from '../documentation/markdown.ts'
import { type DocumentPath, SourceDocument } from '../source-document.ts'
import type { Connector, Page, TextFile } from './connector.ts'
import { findRoot } from './find-connectors.ts'
import { askGit, listWithGit } from './git.ts'

/** Installed, built, or kept by tools: nothing that the author writes. */
const skippedFolders = new Set([
  'node_modules',
  'dist',
  'build',
  'coverage',
  '.git',
  '.tmp',
  '.venv',
  'secrets',
])

/** A file larger than that is data, not text that a check reads. */
const largestFileBytes = 1024 * 1024

const testFile = /\.(test|spec)\.[cm]?[jt]sx?$/

/** Reads a connector's folder, its pages, its tests and what git says of them. */
export async function readConnector(folder: string, cwd: string): Promise<Connector> {
  const root = findRoot(folder)
  const show = (path: string) => relative(cwd, path) || '.'
  const files = await readFiles(folder, show)
  const metadata = files.get('metadata.yaml')
  const document = metadata && new SourceDocument(metadata.path, metadata.text)
  const image = textMember(document?.value, 'data', 'dockerRepository')?.split('/').at(-1)
  const name = (image ?? basename(folder)).replace(/^destination-/, '')
  const slug = slugOf(document, name)
  const readPage = (file: string) => findPage(pagePlaces(folder, root, file), show)
  const packageFile = await readFirst([join(folder, 'package.json'), join(root, 'package.json')], show)
  return {
    name,
    folder,
    root,
    files,
    metadata: document,
    ...(await readSpec(files, folder)),
    documentation: await readPage(`${slug}.md`),
    migrationGuide: await readPage(`${slug}-migrations.md`),
    package: packageFile && new SourceDocument(packageFile.path, packageFile.text),
    dockerfile: await readFirst([join(folder, 'Dockerfile'), join(root, 'docker', 'Dockerfile')], show),
    tests: await listTests(files, join(root, 'test', 'destinations', name), show),
    committedSecrets: await listWithGit(folder, ['ls-files', '-z', '--', 'secrets', ':!secrets/.gitignore']),
    ignoresSecrets: await ignoresSecrets(folder),
  }
}

type SpecOrProblem = Pick<Connector, 'spec' | 'manifestProblem'>

async function readSpec(files: Connector['files'], folder: string): Promise<SpecOrProblem> {
  const manifest = files.get('manifest.yaml')
  const file = files.get('spec.json') ?? files.get('src/spec.json')
  if (file !== undefined || manifest === undefined) {
    return { spec: file && new SourceDocument(file.path, file.text), manifestProblem: undefined }
  }
  const { loadDeclarativeDestination } = await import('../../declarative/create-destination.ts')
  try {
    const value = (await loadDeclarativeDestination(join(folder, 'manifest.yaml'))).spec()
    const spec = new SourceDocument(manifest.path, manifest.text, { value, translate: translateToManifest })
    return { spec, manifestProblem: undefined }
  } catch (error) {
    // What is wrong with the manifest is a finding of a check, which must not keep the others from running.
    return { spec: undefined, manifestProblem: toDestinationError(error).message }
  }
}

/** Where a part of the specification is in a manifest. */
function translateToManifest([first, ...rest]: DocumentPath): DocumentPath {
  if (first === undefined) return ['spec']
  return [...(manifestPlaces[first] ?? ['spec', first]), ...rest]
}

const manifestPlaces: { readonly [key: string]: DocumentPath } = {
  connectionSpecification: ['spec', 'connection_specification'],
  documentationUrl: ['spec', 'documentation_url'],
  supported_destination_sync_modes: ['write', 'modes'],
}

/** The last part of the documentation's address, without the ending. */
function slugOf(metadata: SourceDocument | undefined, name: string): string {
  const url = textMember(metadata?.value, 'data', 'documentationUrl') ?? ''
  const [last = ''] = (url.split(/[?#]/)[0] ?? '').split('/').slice(-1)
  return last.replace(/\.md$/, '') || name
}

function pagePlaces(folder: string, root: string, file: string): readonly string[] {
  const places = [
    join(folder, 'docs', 'integrations', 'destinations', file),
    join(folder, 'docs', file),
    join(root, 'docs', 'integrations', 'destinations', file),
    join(root, 'docs', 'destinations', file),
  ]
  return [...new Set(places)]
}

async function findPage(places: readonly string[], show: (path: string) => string): Promise<Page> {
  const absolute = places.find((place) => existsSync(place))
  const file = await readFirst(places, show)
  const links = absolute === undefined || file === undefined ? [] : listRelativeLinks(file.text)
  const brokenLinks = links.filter(
    ({ target }) => !existsSync(join(dirname(absolute ?? ''), target.split('#')[0] ?? '')),
  )
  return { file, places: places.map(show), brokenLinks }
}

async function readFirst(
  places: readonly string[],
  show: (path: string) => string,
): Promise<TextFile | undefined> {
  const path = places.find((place) => existsSync(place))
  return path === undefined ? undefined : { path: show(path), text: await readFile(path, 'utf8') }
}

async function readFiles(folder: string, show: (path: string) => string): Promise<Connector['files']> {
  const files = new Map<string, TextFile>()
  for (const path of await listFiles(folder, '')) {
    const absolute = join(folder, path)
    if ((await stat(absolute)).size > largestFileBytes) continue
    const text = await readFile(absolute, 'utf8')
    // A NUL or a replacement character: no text.
    if (!/[\0\ufffd]/.test(text)) files.set(path, { path: show(absolute), text })
  }
  return files
}

async function listFiles(folder: string, prefix: string): Promise<readonly string[]> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true }).catch((cause: unknown) => {
    throw new DestinationError('FILE_INVALID', `The folder \`${folder}\` cannot be read.`, { cause })
  })
  const lists = entries
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))
    .map(async (entry) => {
      const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`
      if (entry.isDirectory()) return skippedFolders.has(entry.name) ? [] : listFiles(folder, path)
      return entry.isFile() ? [path] : []
    })
  return (await Promise.all(lists)).flat()
}

async function listTests(
  files: Connector['files'],
  shared: string,
  show: (path: string) => string,
): Promise<readonly string[]> {
  const own = [...files].filter(([path]) => testFile.test(path)).map(([, { path }]) => path)
  const names = existsSync(shared) ? await readdir(shared, { recursive: true }) : []
  return [...own, ...names.filter((name) => testFile.test(name)).map((name) => show(join(shared, name)))]
}

async function ignoresSecrets(folder: string): Promise<boolean | undefined> {
  const inside = await askGit(folder, ['rev-parse', '--is-inside-work-tree'])
  if (!inside.isSuccess) return undefined
  return (await askGit(folder, ['check-ignore', '-q', 'secrets/config.json'])).isSuccess
}

/** Which kind of connector it is, by its files; the tag `language:` must say the same. */
export function inferLanguage({ files, package: manifest }: Connector): string | undefined {
  const names = [...files.keys()]
  if (names.includes('manifest.yaml') && !names.some((name) => /^(src\/)?index\.[jt]s$/.test(name))) {
    return 'manifest-only'
  }
  if (names.some((name) => /\.[cm]?ts$/.test(name))) return 'typescript'
  if (names.some((name) => /\.[cm]?js$/.test(name)) || isObject(member(manifest?.value, 'dependencies'))) {
    return 'javascript'
  }
  if (names.includes('pyproject.toml') || names.includes('setup.py')) return 'python'
  return names.some((name) => /^build\.gradle(\.kts)?$/.test(name)) ? 'java' : undefined
}
