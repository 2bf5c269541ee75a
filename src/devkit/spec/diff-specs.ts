import { asArray, member } from '../../util/unknown.ts'
import { compareField, type SpecChange } from './compare-field.ts'
import { findRefusedConfigs } from './find-refused-configs.ts'
import { listFields, type SpecField, schemaKey } from './walk-spec.ts'

export type Bump = 'none' | 'patch' | 'minor' | 'major'

const ranks: readonly Bump[] = ['none', 'patch', 'minor', 'major']

/** Whether the left change of version is enough for what asks for the right one. */
export function isEnough(bump: Bump, needed: Bump): boolean {
  return ranks.indexOf(bump) >= ranks.indexOf(needed)
}

/** The largest bump of all changes; `none` where nothing has changed. */
export function leastBump(changes: readonly SpecChange[]): Bump {
  return ranks[Math.max(0, ...changes.map(({ bump }) => ranks.indexOf(bump)))] ?? 'none'
}

/**
 * What changed for configurations that are stored somewhere: a major change breaks some of them, a minor one adds
 * something, a patch is only read by people.
 */
export function diffSpecs(before: unknown, after: unknown): readonly SpecChange[] {
  const [old, current] = [groupFields(before), groupFields(after)]
  const kept = [...old].flatMap(([path, fields]) => compareField(path, fields, current.get(path)))
  const added = [...current]
    .filter(([path]) => !old.has(path))
    .map(([path, fields]) => describeAdded(path, fields, old))
  const changes = [...kept, ...added, ...compareModes(before, after)]
  // Where a field is known to break, the samples would only say it again.
  return leastBump(changes) === 'major' ? changes : [...changes, ...findRefusedConfigs(before, after)]
}

/** A field may be in several branches of `oneOf`. */
type FieldsByPath = ReadonlyMap<string, readonly SpecField[]>

function groupFields(spec: unknown): FieldsByPath {
  return Map.groupBy(listFields(member(spec, schemaKey)), ({ configPath }) => configPath)
}

/**
 * A new required field breaks what is stored, unless its parent or its branch is new, too: nobody has chosen
 * that yet. The branch is old where the constant that tells it apart is.
 */
function describeAdded(path: string, fields: readonly SpecField[], old: FieldsByPath): SpecChange {
  const parent = path.slice(0, Math.max(0, path.lastIndexOf('.')))
  const isInOldPlace = parent === '' || old.has(parent)
  const demanded = fields.filter(
    ({ isRequired, schema }) => isRequired && member(schema, 'const') === undefined,
  )
  const oldBranches = new Set([...old.values()].flat().map(branchOf))
  const breaks = isInOldPlace && demanded.some((field) => oldBranches.has(branchOf(field)))
  return breaks
    ? { bump: 'major', field: path, message: 'is new and required: stored configurations do not have it.' }
    : { bump: 'minor', field: path, message: 'is new.' }
}

function branchOf({ path }: SpecField): string {
  return path.slice(0, -1).join('/')
}

function compareModes(before: unknown, after: unknown): readonly SpecChange[] {
  const field = 'supported_destination_sync_modes'
  const [old, current] = [
    asArray(member(before, field)).map(String),
    asArray(member(after, field)).map(String),
  ]
  return [
    ...old
      .filter((mode) => !current.includes(mode))
      .map((mode): SpecChange => ({ bump: 'major', field, message: `no longer has ${mode}.` })),
    ...current
      .filter((mode) => !old.includes(mode))
      .map((mode): SpecChange => ({ bump: 'minor', field, message: `also has ${mode}.` })),
  ]
}
