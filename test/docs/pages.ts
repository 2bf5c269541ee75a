import { globSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/**
 * What the comment in front of a block says of it.
 *
 * - `<!-- file: name -->`: the block is a file in the page's directory.
 * - `<!-- test: name -->`: the block is run there; `<!-- test: name, exit 1 -->` where it must fail.
 * - `<!-- containers: name -->`: the block is run by the tests with containers only.
 * - `<!-- output -->`: the block is what the last one that was run prints.
 * - `<!-- excerpt: path -->`: the block is in that file of the repository, word for word.
 */
export type Mark = { readonly kind: string; readonly value: string }

export type Block = {
  /** The first word behind the fence. */
  readonly language: string
  readonly text: string
  readonly line: number
  readonly mark: Mark | undefined
}

export type Page = {
  /** From the root. */
  readonly path: string
  readonly text: string
  readonly blocks: readonly Block[]
  /** Relative links, as paths from the root with their anchors. */
  readonly links: readonly string[]
  readonly anchors: ReadonlySet<string>
}

/** Every page of the documentation. */
export function readPages(): readonly Page[] {
  const patterns = ['*.md', 'docs/**/*.md', 'destinations/*/README.md']
  return patterns.flatMap((pattern) => globSync(pattern, { cwd: root }).toSorted()).map(readPage)
}

function readPage(path: string): Page {
  const text = readFileSync(`${root}/${path}`, 'utf8')
  const prose = text.replace(fencedBlock, '')
  return { path, text, blocks: readBlocks(text), links: readLinks(prose, path), anchors: readAnchors(prose) }
}

const fencedBlock = /^```([^\n`]*)\n([\s\S]*?)^```$/gm

function readBlocks(text: string): readonly Block[] {
  return Array.from(text.matchAll(fencedBlock), (match) => {
    const [, info = '', body = ''] = match
    const before = text.slice(0, match.index)
    const [, kind, value = ''] = /<!-- (\w+)(?:: ([^>]*?))? -->\n+$/.exec(before) ?? []
    return {
      language: info.trim().split(' ')[0] ?? '',
      text: body,
      line: before.split('\n').length,
      mark: kind === undefined ? undefined : { kind, value },
    }
  })
}

function readLinks(prose: string, path: string): readonly string[] {
  return Array.from(prose.matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => (target.startsWith('#') ? `${path}${target}` : posix.join(posix.dirname(path), target)))
}

/** Headings as GitHub makes anchors of them. */
function readAnchors(prose: string): ReadonlySet<string> {
  return new Set(
    Array.from(prose.matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}
