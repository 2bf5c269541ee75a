/** The table of a specification's fields, as the page of configurations shows it. */
export function describeFields(spec: unknown): string {
  const schema = member(spec, 'connectionSpecification')
  return ['| Field | Default | Meaning |', '|---|---|---|', ...rowsOf(schema, '')].join('\n')
}

function rowsOf(schema: unknown, prefix: string): readonly string[] {
  const required = asArray(member(schema, 'required'))
  return entries(member(schema, 'properties')).flatMap(([name, field]) => [
    describeField(`${prefix}${name}`, field, required.includes(name)),
    ...asArray(member(field, 'oneOf')).flatMap((branch) => rowsOfBranch(branch, `${prefix}${name}.`)),
  ])
}

/** The constant that tells branches apart becomes the heading of the branch. */
function rowsOfBranch(branch: unknown, prefix: string): readonly string[] {
  const required = asArray(member(branch, 'required'))
  return entries(member(branch, 'properties')).map(([name, field]) => {
    const [choice] = asArray(member(field, 'enum'))
    const constant = member(field, 'const') ?? choice
    if (constant !== undefined) {
      return `| \`${prefix}${name}\` = \`${String(constant)}\` | | ${String(member(branch, 'description'))} |`
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
  const meaning = [String(member(field, 'description')), ...notes].join(' ')
  return `| \`${path}\` | ${shown} | ${meaning} |`.replace('|  |', '| |')
}

function entries(value: unknown): readonly (readonly [string, unknown])[] {
  return isObject(value) ? Object.entries(value) : []
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function member(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
