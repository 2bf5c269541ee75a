import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { DestinationError } from '../../errors.ts'
import type { Connector } from '../connector/connector.ts'
import { findConnectors } from '../connector/find-connectors.ts'
import { loadConnector } from '../connector/load-connector.ts'
import { readConnector } from '../connector/read-connector.ts'
import type { KitExitCode } from '../exit-codes.ts'
import { showFinding } from '../finding.ts'
import type { Kit } from '../kit.ts'
import { demandMetadata } from '../metadata/run-metadata.ts'
import { validateMetadata } from '../metadata/validate-metadata.ts'
import { findSchemaProblems } from '../metadata/validate-schema.ts'
import { isEnabled, type Registry, registryEntry } from './registry-entry.ts'
import schema from './schema/registry-destination.schema.json' with { type: 'json' }

export type RegistryOptions = {
  readonly registry: Registry
  readonly filesUrl?: string
  readonly output?: string
  /** A whole registry with all connectors, instead of one entry. */
  readonly all?: boolean
}

/** `landfall registry entry`: exit code 1 where metadata.yaml does not enable the registry. */
export async function runEntry(
  kit: Kit,
  names: readonly string[],
  options: RegistryOptions,
): Promise<KitExitCode> {
  const { cwd, version } = kit.environment
  const folders = findConnectors(cwd, names)
  if (folders.length > 1 && options.all !== true) {
    throw new DestinationError(
      'USAGE',
      'There are several connectors here. Name one, or make a registry of all with `--all`.',
    )
  }
  const entries: object[] = []
  for (const folder of folders) {
    const connector = await readConnector(folder, cwd)
    const metadata = demandValid(connector)
    if (!isEnabled(metadata, options.registry)) {
      kit.note(
        `destination-${connector.name}: \`registryOverrides.${options.registry}.enabled\` is not true, so it has no entry.`,
      )
      continue
    }
    const spec = await readSpecification(connector)
    const entry = registryEntry({ ...options, metadata, spec, version })
    refuseInvalid(entry, connector)
    entries.push(entry)
  }
  const [only] = entries
  if (only === undefined && options.all !== true) return 1
  const text = JSON.stringify(
    options.all === true ? { destinations: entries, sources: [] } : only,
    undefined,
    2,
  )
  if (options.output === undefined) kit.print(text)
  else await writeFile(resolve(cwd, options.output), `${text}\n`)
  return 0
}

function demandValid(connector: Connector): unknown {
  const document = demandMetadata(connector)
  const [first, ...others] = validateMetadata(document)
  if (first === undefined) return document.value
  const more = others.length > 0 ? ` (and ${others.length} more; see \`landfall metadata validate\`)` : ''
  throw new DestinationError('FILE_INVALID', `${showFinding(first)}${more}`)
}

async function readSpecification(connector: Connector): Promise<unknown> {
  if (connector.spec !== undefined) return connector.spec.value
  const destination = await loadConnector(connector)
  if (destination !== undefined) return destination.spec()
  throw new DestinationError('FILE_INVALID', `There is no \`spec.json\` in \`${connector.folder}\`.`)
}

/** What leaves here must be what the platform can read. */
function refuseInvalid(entry: object, { name }: Connector): void {
  const [problem] = findSchemaProblems(schema, entry)
  if (problem === undefined) return
  throw new DestinationError(
    'FILE_INVALID',
    `The entry of destination-${name} is not valid: ${problem.message}`,
  )
}
