import { basename } from 'node:path'
import { findConnectors } from '../connector/find-connectors.ts'
import type { KitExitCode } from '../exit-codes.ts'
import { type Finding, showFinding } from '../finding.ts'
import type { Kit } from '../kit.ts'
import { diffSpecs, leastBump } from './diff-specs.ts'
import { lintSpec } from './lint-spec.ts'
import { readSpec } from './read-spec.ts'

type JsonOption = { readonly json?: boolean }

/** `landfall spec lint`: exit code 1 where something is wrong. */
export async function runLint(
  kit: Kit,
  places: readonly string[],
  { json }: JsonOption,
): Promise<KitExitCode> {
  const { cwd } = kit.environment
  const findings: Finding[] = []
  for (const place of places.length > 0 ? places : findConnectors(cwd, [])) {
    const document = await readSpec(cwd, place)
    const wrong = lintSpec(document)
    findings.push(...wrong)
    if (json === true) continue
    kit.print(wrong.length === 0 ? `${document.path}: nothing to say` : wrong.map(showFinding).join('\n'))
  }
  if (json === true) kit.print(JSON.stringify({ findings }, undefined, 2))
  return findings.length === 0 ? 0 : 1
}

/** `landfall spec diff`: exit code 1 where stored configurations break. */
export async function runDiff(
  kit: Kit,
  [before, after]: readonly [string, string],
  { json }: JsonOption,
): Promise<KitExitCode> {
  const { cwd } = kit.environment
  const [old, current] = [await readSpec(cwd, before), await readSpec(cwd, after)]
  const changes = diffSpecs(old.value, current.value)
  const bump = leastBump(changes)
  if (json === true) kit.print(JSON.stringify({ bump, changes }, undefined, 2))
  else if (bump === 'none') kit.print(`${basename(old.path)} and ${basename(current.path)} mean the same.`)
  else {
    for (const { bump: needed, field, message } of changes) {
      kit.print(`${kit.style(needed === 'major' ? 'red' : 'dim', needed.padEnd(5))}  \`${field}\` ${message}`)
    }
    kit.print(`\nThe least step is a ${kit.style('bold', bump)} version.`)
  }
  return bump === 'major' ? 1 : 0
}
