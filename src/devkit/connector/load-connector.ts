import { pathToFileURL } from 'node:url'
import { Destination } from '../../destination/destination.ts'
import { DestinationError } from '../../errors.ts'
import type { Connector } from './connector.ts'

const entries = ['index.ts', 'src/index.ts', 'index.js', 'src/index.js'] as const

/**
 * The destination that a connector's folder exports by default. Node runs TypeScript by leaving out its types.
 * @returns undefined where the folder holds no program, as a declarative destination's
 */
export async function loadConnector({ folder, files }: Connector): Promise<Destination | undefined> {
  const entry = entries.find((name) => files.has(name))
  if (entry === undefined) return undefined
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
