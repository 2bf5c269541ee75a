import { glob, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DestinationError } from '../../errors.ts'
import type { Connector } from '../connector/connector.ts'
import { findConnectors } from '../connector/find-connectors.ts'
import { loadConnector } from '../connector/load-connector.ts'
import { readConnector } from '../connector/read-connector.ts'
import type { KitExitCode } from '../exit-codes.ts'
import type { Kit } from '../kit.ts'
import { allChecks } from '../qa/all-checks.ts'
import { checkTable } from './check-table.ts'
import { configurationTable } from './configuration-table.ts'
import { errorTable } from './error-table.ts'
import { fillBlocks, type GeneratedBlock, listBlocks } from './generated-blocks.ts'
import { supportMatrix } from './support-matrix.ts'

type Source = {
  readonly connectors: readonly Connector[]
  /** The text of the page that the block is on. */
  readonly page: string
}

/** What a block can hold, by its kind. */
const renderers: {
  readonly [kind: string]: (block: GeneratedBlock, source: Source) => Promise<string> | string
} = {
  configuration: ({ argument }, { connectors }) =>
    configurationTable(chooseConnector(connectors, argument).spec?.value),
  'support-matrix': async (_block, { connectors }) =>
    supportMatrix(
      await Promise.all(
        connectors
          .filter(({ metadata }) => metadata !== undefined)
          .map(async (connector) => ({
            metadata: connector.metadata?.value,
            spec: connector.spec?.value,
            destination: await loadConnector(connector),
          })),
      ),
    ),
  errors: (_block, { page }) => errorTable(page),
  checks: () => checkTable(allChecks),
}

/** `landfall docs generate`: exit code 1 where `check` finds a block that is not as it should be. */
export async function runGenerate(kit: Kit, { check }: { readonly check?: boolean }): Promise<KitExitCode> {
  const { cwd } = kit.environment
  const connectors = await Promise.all(findConnectors(cwd, []).map((folder) => readConnector(folder, cwd)))
  let changed = 0
  for (const path of await listPages(cwd)) {
    const page = await readFile(join(cwd, path), 'utf8')
    const contents = new Map<GeneratedBlock['line'], string>()
    for (const block of listBlocks(page)) {
      contents.set(block.line, await renderBlock(block, { connectors, page }, path))
    }
    const text = fillBlocks(page, ({ line }) => contents.get(line))
    if (text === page) continue
    changed += 1
    if (check !== true) await writeFile(join(cwd, path), text)
    kit.print(`${path}: ${check === true ? 'is not up to date; run `landfall docs generate`' : 'written'}`)
  }
  return check === true && changed > 0 ? 1 : 0
}

async function listPages(cwd: string): Promise<readonly string[]> {
  const pages: string[] = []
  for await (const path of glob(['*.md', 'docs/**/*.md', 'destinations/*/**/*.md'], {
    cwd,
    exclude: ['**/node_modules/**'],
  })) {
    pages.push(path)
  }
  return pages.toSorted()
}

async function renderBlock(block: GeneratedBlock, source: Source, path: string): Promise<string> {
  const render = Object.hasOwn(renderers, block.kind) ? renderers[block.kind] : undefined
  const place = `${path}:${block.line}`
  if (render === undefined) {
    const known = Object.keys(renderers).join(', ')
    throw new DestinationError(
      'FILE_INVALID',
      `${place}: \`${block.kind}\` cannot be generated. Known are ${known}.`,
    )
  }
  try {
    return await render(block, source)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new DestinationError('FILE_INVALID', `${place}: ${cause.message}.`, { cause })
  }
}

/** @throws RangeError where no connector has the name, or none is named among several */
function chooseConnector(connectors: readonly Connector[], name: string | undefined): Connector {
  const [first, second] =
    name === undefined ? connectors : connectors.filter((connector) => connector.name === name)
  if (first === undefined) throw new RangeError(`there is no connector \`${name}\``)
  if (second !== undefined)
    throw new RangeError('several connectors are here: name one behind `configuration`')
  if (first.spec === undefined) throw new RangeError(`the connector \`${first.name}\` has no \`spec.json\``)
  return first
}
