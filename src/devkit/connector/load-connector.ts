import { pathToFileURL } from 'node:url'
import { Destination } from '../../destination/destination.ts'
import { DestinationError } from '../../errors.ts'
import type { Connector } from './connector.ts'

const entries = ['index.ts', 'src/index.ts', 'index.js', 'src/index.js'] as const

/**
 * The destination that a connector's folder exports by default, or that its manifest describes. Node runs
 * TypeScript by leaving out its types.
 * @returns undefined where the folder holds neither
 */
export async function loadConnector({ folder, files }: Connector): Promise<Destination | undefined> {
  const entry = entries.find((name) => files.has(name))
  if (entry === undefined) {
    if (!files.has('manifest.yaml')) return undefined
    const { loadDeclarativeDestination } = await import('../../declarative/create-destination.ts')
    return loadDeclarativeDestination(`${folder}/manifest.yaml`)
  }
  const module: unknown = await import(pathToFileURL(`${folder}/${entry}`).href).catch((cause: unknown) => {
    throw new DestinationError(
      'FILE_INVALID',
      `\`${folder}/${entry}\` cannot be loaded: ${describe(cause)}`,
      { cause },
    )
  })
  const isModule = typeof module === 'object' && module !== null && 'default' in module
  if (isModule && module.default instanceof Destination) return module.default
  throw new DestinationError(
    'FILE_INVALID',
    `\`${folder}/${entry}\` does not export a destination by default.`,
  )
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
