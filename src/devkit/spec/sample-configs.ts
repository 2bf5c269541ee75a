import { asArray, entriesOf, member } from '../../util/unknown.ts'
import { constantOf, typesOf } from './walk-spec.ts'

/**
 * Configurations that a schema takes: with the required fields only and with all, one for each branch of each
 * choice. Where no value can be thought of, as for a pattern without an example, a field is left out; the caller
 * drops what the schema then refuses.
 */
export function sampleConfigs(schema: unknown): readonly unknown[] {
  return [...sample(schema, 'required'), ...sample(schema, 'all')]
}

type Extent = 'required' | 'all'

function sample(schema: unknown, extent: Extent): readonly unknown[] {
  const constant = constantOf(schema)
  if (constant !== undefined) return [constant]
  const choices = asArray(member(schema, 'enum'))
  if (choices.length > 0) return choices
  const branches = asArray(member(schema, 'oneOf'))
  if (branches.length > 0) {
    return branches.flatMap((branch) => sampleObject(schema, branch, extent))
  }
  if (member(schema, 'properties') !== undefined) return sampleObject(schema, {}, extent)
  const known = member(schema, 'default') ?? asArray(member(schema, 'examples'))[0]
  const fitting = toType(known, typesOf(schema)[0])
  return fitting === undefined ? sampleScalar(schema, extent) : [fitting]
}

/** Examples are often written as texts, whatever the type is. */
function toType(value: unknown, type: string | undefined): unknown {
  if (type !== 'integer' && type !== 'number') return value
  return value === undefined || value === '' || Number.isNaN(Number(value)) ? undefined : Number(value)
}

function sampleScalar(schema: unknown, extent: Extent): readonly unknown[] {
  const [type] = typesOf(schema)
  const minimum = member(schema, 'minimum')
  if (type === 'boolean') return [true]
  if (type === 'integer' || type === 'number') return [typeof minimum === 'number' ? minimum : 1]
  if (type === 'array') return sample(member(schema, 'items'), extent).map((item) => [item])
  if (type === 'object') return [{}]
  if (type !== 'string' || member(schema, 'pattern') !== undefined) return []
  const length = member(schema, 'minLength')
  return ['x'.repeat(Math.max(1, typeof length === 'number' ? length : 0))]
}

/** One object for each value of the field that has most of them; the others take theirs in turn. */
function sampleObject(schema: unknown, branch: unknown, extent: Extent): readonly unknown[] {
  const required = [schema, branch].flatMap((part) => asArray(member(part, 'required')))
  const fields = [schema, branch]
    .flatMap((part) => entriesOf(member(part, 'properties')))
    .filter(([name, field]) => extent === 'all' || required.includes(name) || constantOf(field) !== undefined)
    .map(([name, field]) => [name, sample(field, extent)] as const)
    .filter(([, values]) => values.length > 0)
  const count = Math.max(1, ...fields.map(([, values]) => values.length))
  return Array.from({ length: count }, (_, index) =>
    Object.fromEntries(fields.map(([name, values]) => [name, values[index % values.length]])),
  )
}
