import { asArray, member, textMember } from '../../util/unknown.ts'
import type { DocumentPath } from '../source-document.ts'
import { constantOf, type SpecField, typesOf } from './walk-spec.ts'

/** The message goes on behind the name of the field. */
export type SpecProblem = { readonly path: DocumentPath; readonly message: string }

/** Names whose values nobody but the user may see. */
const secretName =
  /(^|_)(password|passwd|secret|token|jwt|api_?key|private_key|access_key|secret_key|credentials|credentials_json|service_account(_key|_info|_json)?|passphrase|ssh_key|certificate_key)$/i

/** Public by nature, though their names sound secret. */
const publicName = /(^|_)(public_key|primary_key|partition_key|sort_key|impersonate(d)?_service_account)$/i

/** What a field needs, so that its form can be filled in without a manual. */
export function lintField(field: SpecField, fields: readonly SpecField[]): readonly SpecProblem[] {
  const messages = [
    ...lintTexts(field),
    ...lintSecret(field),
    ...lintDate(field),
    ...lintOrder(field, fields),
  ]
  return messages.map((message) => ({ path: field.path, message }))
}

function lintTexts({ schema }: SpecField): readonly string[] {
  if (constantOf(schema) !== undefined) return []
  const title = textMember(schema, 'title')?.trim() ?? ''
  const description = textMember(schema, 'description')?.trim() ?? ''
  const problems: string[] = []
  if (title === '') problems.push('has no `title`. Add one in Title Case.')
  else if (/^[a-z]|_/.test(title))
    problems.push(`has the title \`${title}\`. Write it in Title Case, as people read it.`)
  if (description === '') problems.push('has no `description`. Say what the field does, in a sentence.')
  else if (!/[.!?](<\/[a-z]+>)*$/.test(description)) {
    problems.push('has a `description` that does not end as a sentence. Add the period.')
  }
  return problems
}

function lintSecret({ name, schema }: SpecField): readonly string[] {
  const isFreeText = typesOf(schema).includes('string') && asArray(member(schema, 'enum')).length === 0
  if (!isFreeText || constantOf(schema) !== undefined || member(schema, 'airbyte_secret') === true) return []
  if (!secretName.test(name) || publicName.test(name)) return []
  return ['sounds like a secret. Add `"airbyte_secret": true`, or the platform shows and logs it.']
}

function lintDate({ schema }: SpecField): readonly string[] {
  const format = textMember(schema, 'format')
  if ((format !== 'date' && format !== 'date-time') || textMember(schema, 'pattern') !== undefined) return []
  return [`has the format ${format} but no \`pattern\`, so the form cannot check it. Add one.`]
}

/** Two fields with the same order in one form and group stand in an order that nobody has chosen. */
function lintOrder(field: SpecField, fields: readonly SpecField[]): readonly string[] {
  const { schema, depth, path } = field
  const [order, group] = [member(schema, 'order'), member(schema, 'group')]
  const first = fields.find(
    (other) =>
      member(other.schema, 'order') === order &&
      member(other.schema, 'group') === group &&
      other.path.slice(0, -1).join('/') === path.slice(0, -1).join('/'),
  )
  const isTwin = order !== undefined && first !== undefined && first !== field
  return [
    ...(isTwin ? [`has the same \`order\` as \`${first.configPath}\`. Give each field its own.`] : []),
    ...(depth > 0 && group !== undefined
      ? ['has a `group`, which only fields at the top may have. Remove it.']
      : []),
  ]
}
