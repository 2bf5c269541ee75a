import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DestinationError } from '../../errors.ts'
import type { Connector } from '../connector/connector.ts'
import { findConnectors } from '../connector/find-connectors.ts'
import { readConnector } from '../connector/read-connector.ts'
import type { KitExitCode } from '../exit-codes.ts'
import { type Finding, showFinding } from '../finding.ts'
import type { Kit } from '../kit.ts'
import type { SourceDocument } from '../source-document.ts'
import { formatMetadata } from './format-metadata.ts'
import { validateMetadata } from './validate-metadata.ts'

/** `landfall metadata validate`: exit code 1 where something is wrong. */
export async function runValidate(
  kit: Kit,
  names: readonly string[],
  { json }: { readonly json?: boolean },
): Promise<KitExitCode> {
  const findings: Finding[] = []
  for (const folder of findConnectors(kit.environment.cwd, names)) {
    const metadata = demandMetadata(await readConnector(folder, kit.environment.cwd))
    const wrong = validateMetadata(metadata)
    findings.push(...wrong)
    if (json !== true)
      kit.print(wrong.length === 0 ? `${metadata.path}: valid` : wrong.map(showFinding).join('\n'))
  }
  if (json === true) kit.print(JSON.stringify({ findings }, undefined, 2))
  return findings.length === 0 ? 0 : 1
}

/** `landfall metadata fmt`: writes files in their usual form; with `check`, exit code 1 where one is not. */
export async function runFormat(
  kit: Kit,
  names: readonly string[],
  { check }: { readonly check?: boolean },
): Promise<KitExitCode> {
  let changed = 0
  for (const folder of findConnectors(kit.environment.cwd, names)) {
    const metadata = demandMetadata(await readConnector(folder, kit.environment.cwd))
    const [problem] = metadata.problems
    if (problem !== undefined) throw new DestinationError('FILE_INVALID', showFinding(problem))
    const text = formatMetadata(metadata.text)
    if (text === metadata.text) continue
    changed += 1
    if (check !== true) await writeFile(join(folder, 'metadata.yaml'), text)
    kit.print(`${metadata.path}: ${check === true ? 'would be formatted' : 'formatted'}`)
  }
  return check === true && changed > 0 ? 1 : 0
}

/** @throws DestinationError where the connector has no metadata.yaml */
export function demandMetadata({ metadata, folder }: Connector): SourceDocument {
  if (metadata !== undefined) return metadata
  throw new DestinationError('FILE_INVALID', `There is no \`metadata.yaml\` in \`${folder}\`.`)
}
