import { isObject } from '../util/is-object.ts'
import { placeholdersOf } from './interpolate.ts'
import type { Manifest } from './manifest.ts'

export type WrongPlaceholder = { readonly path: readonly (string | number)[]; readonly problem: string }

/** What each template of a dialect may name. */
const dialectNames: { readonly [path: string]: readonly string[] } = {
  'json.extract': ['document', 'path'],
  'json.text': ['json'],
  'templates.epoch_microseconds': ['time'],
  'templates.partition_text': ['column'],
  'templates.select_newest': ['columns', 'key', 'newest_first', 'rows'],
  'templates.create_staged': ['staged', 'rows', 'table_options'],
  'templates.drop_staged': ['staged'],
  'templates.merge': ['staged', 'target', 'columns', 'same_key', 'target_is_newer', 'where_alive'],
  'templates.swap_table': [
    ...['fresh', 'target', 'replaced', 'fresh_text', 'target_text', 'replaced_text'],
    ...['namespace', 'fresh_name', 'target_name'],
  ],
  'templates.rename_table': ['table', 'renamed'],
  'templates.mark': ['table', 'mark'],
  'templates.is_marked': ['namespace', 'name', 'mark'],
  'templates.key_index': ['table', 'columns'],
  'templates.key_index_text': ['column'],
  'templates.is_other_generation': ['column', 'generation'],
  'templates.null_safe_equal': ['left', 'right'],
  'templates.describe': ['tables'],
}

/** Members of `stream` and `batch` in the requests of an HTTP writer. */
const requestMembers: { readonly [name: string]: readonly string[] } = {
  stream: ['name', 'namespace', 'generation_id', 'minimum_generation_id', 'sync_id', 'primary_key', 'cursor'],
  batch: ['id', 'records'],
}

/** Placeholders that would mean nothing, found before anything runs. */
export function findWrongPlaceholders(manifest: Manifest): readonly WrongPlaceholder[] {
  const { properties } = manifest.spec.connection_specification
  const fields = isObject(properties) ? Object.keys(properties) : undefined
  return textsOf(manifest.write, ['write']).flatMap(({ path, text }) =>
    placeholdersOf(text).flatMap((name) => {
      const problem = findProblem(name, namesAt(path), fields)
      return problem === undefined ? [] : [{ path, problem }]
    }),
  )
}

function findProblem(
  placeholder: string,
  names: readonly string[],
  fields: readonly string[] | undefined,
): string | undefined {
  const [first = '', member] = placeholder.split('.')
  if (!names.includes(first)) {
    const known = names.length === 0 ? 'nothing is filled in here' : `here are ${names.join(', ')}`
    return `\`{{ ${placeholder} }}\` means nothing in this place; ${known}`
  }
  const members = first === 'config' ? fields : requestMembers[first]
  if (members === undefined || (member !== undefined && members.includes(member))) return undefined
  return `\`{{ ${placeholder} }}\` names no field of \`${first}\`; it has ${members.join(', ')}`
}

/** What a text may name, by its place in the manifest. */
function namesAt(path: readonly (string | number)[]): readonly string[] {
  const [, part, ...rest] = path.map(String)
  if (part === 'dialect')
    return rest[0] === 'casts' ? ['json', 'text'] : (dialectNames[rest.slice(0, 2).join('.')] ?? [])
  if (part === 'load') return rest[0] === 'statement' ? ['table', 'columns', 'rows'] : []
  if (part === 'session') return []
  if (part === 'modes') return rest[1] === 'batch' ? ['config', 'stream', 'batch'] : ['config', 'stream']
  return ['config']
}

type TextAt = { readonly path: readonly (string | number)[]; readonly text: string }

function textsOf(value: unknown, path: readonly (string | number)[]): readonly TextAt[] {
  if (typeof value === 'string') return [{ path, text: value }]
  if (Array.isArray(value)) return value.flatMap((item, index) => textsOf(item, [...path, index]))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([name, member]) => textsOf(member, [...path, name]))
}
