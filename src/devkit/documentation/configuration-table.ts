import { asArray, entriesOf, member, textMember } from '../../util/unknown.ts'
import { constantOf, schemaKey } from '../spec/walk-spec.ts'

/** The table of a specification's fields: each with its default and its meaning. */
export function configurationTable(spec: unknown): string {
  const schema = member(spec, schemaKey)
  return ['| Field | Default | Meaning |', '|---|---|---|', ...rowsOf(schema, '')].join('\n')
}

function rowsOf(schema: unknown, prefix: string): readonly string[] {
  const required = asArray(member(schema, 'required'))
  return entriesOf(member(schema, 'properties')).flatMap(([name, field]) => [
    describeField(`${prefix}${name}`, field, required.includes(name)),
    ...asArray(member(field, 'oneOf')).flatMap((branch) => rowsOfBranch(branch, `${prefix}${name}.`)),
  ])
}

/** The constant that tells branches apart becomes the heading of the branch. */
function rowsOfBranch(branch: unknown, prefix: string): readonly string[] {
  const required = asArray(member(branch, 'required'))
  return entriesOf(member(branch, 'properties')).map(([name, field]) => {
    const constant = constantOf(field)
    if (constant !== undefined) {
      return `| \`${prefix}${name}\` = \`${String(constant)}\` | | ${meaningOf(branch)} |`
    }
    return describeField(`${prefix}${name}`, field, required.includes(name))
  })
}

function describeField(path: string, field: unknown, isRequired: boolean): string {
  const fallback = member(field, 'default')
  const whenAbsent = isRequired ? 'required' : ''
  const shown = fallback === undefined ? whenAbsent : `\`${String(fallback)}\``
  const choices = asArray(member(field, 'enum')).map((choice) => `\`${String(choice)}\``)
  const notes = [
    ...(choices.length > 1 ? [`One of ${choices.join(', ')}.`] : []),
    ...(member(field, 'airbyte_secret') === true ? ['Secret.'] : []),
  ]
  const meaning = [meaningOf(field), ...notes].join(' ')
  return `| \`${path}\` | ${shown} | ${meaning} |`.replace('|  |', '| |')
}

/** The description, or at least the title, as the cell of a table. */
function meaningOf(schema: unknown): string {
  const text = textMember(schema, 'description') ?? textMember(schema, 'title') ?? ''
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
