import { member } from '../../util/unknown.ts'
import { createValidator } from '../metadata/validate-schema.ts'
import type { SpecChange } from './compare-field.ts'
import { sampleConfigs } from './sample-configs.ts'
import { schemaKey } from './walk-spec.ts'

/**
 * Configurations of the old specification that the new one refuses, as changes. This finds what no comparison of
 * fields looks at; a cause is told once.
 */
export function findRefusedConfigs(before: unknown, after: unknown): readonly SpecChange[] {
  const old = createValidator(member(before, schemaKey))
  const current = createValidator(member(after, schemaKey))
  const problems = sampleConfigs(member(before, schemaKey))
    .filter((config) => old(config).length === 0)
    .flatMap((config) => current(config))
  const messages = new Map(problems.map(({ path, message }) => [message, path]))
  return [...messages].map(([message, path]) => ({
    bump: 'major',
    field: path.join('.') || schemaKey,
    message: `refuses what it took: ${message}`,
  }))
}
