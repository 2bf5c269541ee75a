import { asArray, entriesOf, member, textMember } from '../../util/unknown.ts'
import type { DocumentPath } from '../source-document.ts'

/** The key under which a specification holds its schema. */
export const schemaKey = 'connectionSpecification'

/** One field of a connection specification, wherever it is nested. */
export type SpecField = {
  readonly name: string
  /** Where the schema of the field is in the document. */
  readonly path: DocumentPath
  /** As in a configuration: `tunnel_method.tunnel_host`. */
  readonly configPath: string
  readonly schema: unknown
  readonly isRequired: boolean
  /** 0 at the top. */
  readonly depth: number
}

export type SpecNode = { readonly path: DocumentPath; readonly schema: unknown }

type Place = { readonly path: DocumentPath; readonly prefix: string; readonly depth: number }

/** Every property of the schema, also those in branches of `oneOf` and in items of lists, parents first. */
export function listFields(
  schema: unknown,
  { path, prefix, depth }: Place = { path: [], prefix: '', depth: 0 },
): readonly SpecField[] {
  const required = asArray(member(schema, 'required'))
  const own = entriesOf(member(schema, 'properties')).flatMap(([name, child]) => {
    const field: SpecField = {
      name,
      path: [...path, 'properties', name],
      configPath: `${prefix}${name}`,
      schema: child,
      isRequired: required.includes(name),
      depth,
    }
    return [
      field,
      ...listFields(child, { path: field.path, prefix: `${field.configPath}.`, depth: depth + 1 }),
    ]
  })
  const branches = asArray(member(schema, 'oneOf')).flatMap((branch, index) =>
    listFields(branch, { path: [...path, 'oneOf', index], prefix, depth }),
  )
  const items = member(schema, 'items')
  const inItems =
    items === undefined
      ? []
      : listFields(items, { path: [...path, 'items'], prefix: prefix.replace(/\.$/, '[].'), depth })
  return [...own, ...branches, ...inItems]
}

/** Every object of the schema, for rules about keywords. Data is left out: defaults, examples, constants. */
export function listNodes(schema: unknown, path: DocumentPath = []): readonly SpecNode[] {
  const children = entriesOf(schema).flatMap(([key, child]): readonly SpecNode[] => {
    if (['properties', 'definitions', '$defs'].includes(key)) {
      return entriesOf(child).map(([name, node]) => ({ path: [...path, key, name], schema: node }))
    }
    if (['default', 'examples', 'enum', 'const'].includes(key)) return []
    if (!Array.isArray(child)) return [{ path: [...path, key], schema: child }]
    return child.map((node: unknown, index) => ({ path: [...path, key, index], schema: node }))
  })
  const nested = children
    .filter((child) => typeof child.schema === 'object' && child.schema !== null)
    .flatMap((child) => listNodes(child.schema, child.path))
  return [{ path, schema }, ...nested]
}

/** The value of a field that takes only one; undefined where it takes others. */
export function constantOf(field: unknown): unknown {
  const choices = asArray(member(field, 'enum'))
  return member(field, 'const') ?? (choices.length === 1 ? choices[0] : undefined)
}

/** The types that a field takes, without `null`. */
export function typesOf(schema: unknown): readonly string[] {
  const type = member(schema, 'type')
  const types = Array.isArray(type) ? type.map(String) : [textMember(schema, 'type') ?? '']
  return types.filter((name) => name !== 'null' && name !== '')
}
